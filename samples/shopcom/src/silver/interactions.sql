-- Website interactions, typed. Every event of bronze ends in exactly one of three tables:
-- interactions, interactions_quarantine (with a reason) or interactions_duplicates (an event_id that came before).
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TEMPORARY VIEW interactions_classified AS
WITH parsed AS (
  SELECT
    *,
    from_json(
      body,
      'event_id STRING, session_id STRING, customer_id STRING, event_type STRING, event_time STRING, received_time STRING, page STRING, stock_code STRING, search_text STRING, quantity INT, invoice_no STRING, device STRING, country STRING'
    ) AS event
  FROM bronze.interactions
),
typed AS (
  SELECT
    *,
    TRY_CAST(event.event_time AS TIMESTAMP) AS event_at,
    TRY_CAST(event.received_time AS TIMESTAMP) AS received_at
  FROM parsed
),
reasoned AS (
  SELECT
    *,
    CASE
      -- from_json gives a struct of NULLs for what is no JSON.
      WHEN event.event_id IS NULL AND event.session_id IS NULL AND event.event_time IS NULL THEN 'not_json'
      WHEN event.event_id IS NULL THEN 'missing_event_id'
      WHEN event.session_id IS NULL THEN 'missing_session_id'
      WHEN event.event_type IS NULL OR event.event_type NOT IN ('page_view', 'search', 'add_to_cart', 'purchase') THEN 'unknown_event_type'
      WHEN event_at IS NULL THEN 'bad_event_time'
    END AS reason
  FROM typed
)
SELECT
  *,
  row_number() OVER (PARTITION BY reason, event.event_id ORDER BY _source_file, _sequence_number) AS copy_number
FROM reasoned;

CREATE OR REPLACE TABLE silver.interactions
PARTITIONED BY (event_month)
COMMENT 'One row for each page view, search, addition to the cart and purchase.'
AS SELECT
  event.event_id AS event_id,
  event.session_id AS session_id,
  event.customer_id AS customer_id,
  event.event_type AS event_type,
  event_at,
  CAST(event_at AS DATE) AS event_date,
  received_at,
  COALESCE(received_at > event_at + INTERVAL 1 HOUR, false) AS is_late,
  event.page AS page,
  event.stock_code AS stock_code,
  event.search_text AS search_text,
  event.quantity AS quantity,
  event.invoice_no AS invoice_no,
  event.device AS device,
  event.country AS country,
  _source_file,
  _source_offset,
  CAST(date_trunc('MONTH', event_at) AS DATE) AS event_month
FROM interactions_classified
WHERE reason IS NULL AND copy_number = 1;

CREATE OR REPLACE TABLE silver.interactions_quarantine
COMMENT 'Events that were turned away, as they came, with the reason.'
AS SELECT reason, body, _source_file, _source_offset, _sequence_number, _enqueued_time
FROM interactions_classified
WHERE reason IS NOT NULL;

CREATE OR REPLACE TABLE silver.interactions_duplicates
COMMENT 'Events whose event_id came before; the first copy is in interactions.'
AS SELECT event.event_id AS event_id, body, copy_number, _source_file, _source_offset, _sequence_number, _enqueued_time
FROM interactions_classified
WHERE reason IS NULL AND copy_number > 1;
