-- Location pings, typed. Every ping of bronze ends in exactly one of three tables:
-- geo, geo_quarantine (with a reason) or geo_duplicates (a ping_id that came before).
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TEMPORARY VIEW geo_classified AS
WITH parsed AS (
  SELECT
    *,
    from_json(
      body,
      'ping_id STRING, session_id STRING, latitude DOUBLE, longitude DOUBLE, accuracy_m DOUBLE, city STRING, country_code STRING, event_time STRING, received_time STRING'
    ) AS ping
  FROM bronze.geo
),
typed AS (
  SELECT
    *,
    TRY_CAST(ping.event_time AS TIMESTAMP) AS event_at,
    TRY_CAST(ping.received_time AS TIMESTAMP) AS received_at
  FROM parsed
),
reasoned AS (
  SELECT
    *,
    CASE
      -- from_json gives a struct of NULLs for what is no JSON.
      WHEN ping.ping_id IS NULL AND ping.session_id IS NULL AND ping.event_time IS NULL THEN 'not_json'
      WHEN ping.ping_id IS NULL THEN 'missing_ping_id'
      WHEN ping.session_id IS NULL THEN 'missing_session_id'
      WHEN ping.latitude IS NULL OR ping.longitude IS NULL THEN 'missing_coordinates'
      WHEN abs(ping.latitude) > 90 OR abs(ping.longitude) > 180 THEN 'coordinates_out_of_range'
      WHEN event_at IS NULL THEN 'bad_event_time'
    END AS reason
  FROM typed
)
SELECT
  *,
  row_number() OVER (PARTITION BY reason, ping.ping_id ORDER BY _source_file, _sequence_number) AS copy_number
FROM reasoned;

CREATE OR REPLACE TABLE silver.geo
PARTITIONED BY (event_month)
COMMENT 'One row for each location ping of a session.'
AS SELECT
  ping.ping_id AS ping_id,
  ping.session_id AS session_id,
  ping.latitude AS latitude,
  ping.longitude AS longitude,
  ping.accuracy_m AS accuracy_m,
  ping.city AS city,
  ping.country_code AS country_code,
  event_at,
  COALESCE(received_at > event_at + INTERVAL 1 HOUR, false) AS is_late,
  _source_file,
  _source_offset,
  CAST(date_trunc('MONTH', event_at) AS DATE) AS event_month
FROM geo_classified
WHERE reason IS NULL AND copy_number = 1;

CREATE OR REPLACE TABLE silver.geo_quarantine
COMMENT 'Pings that were turned away, as they came, with the reason.'
AS SELECT reason, body, _source_file, _source_offset, _sequence_number, _enqueued_time
FROM geo_classified
WHERE reason IS NOT NULL;

CREATE OR REPLACE TABLE silver.geo_duplicates
COMMENT 'Pings whose ping_id came before; the first copy is in geo.'
AS SELECT ping.ping_id AS ping_id, body, copy_number, _source_file, _source_offset, _sequence_number, _enqueued_time
FROM geo_classified
WHERE reason IS NULL AND copy_number > 1;
