USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE gold.conversion_funnel
COMMENT 'How many sessions of a day came how far, by device.'
AS WITH sessions AS (
  SELECT
    session_id,
    min(event_date) AS session_date,
    max(device) AS device,
    max(CASE WHEN event_type = 'search' THEN 1 ELSE 0 END) AS searched,
    max(CASE WHEN event_type = 'add_to_cart' THEN 1 ELSE 0 END) AS carted,
    max(CASE WHEN event_type = 'purchase' THEN 1 ELSE 0 END) AS purchased
  FROM silver.interactions
  GROUP BY session_id
)
SELECT
  session_date,
  COALESCE(device, 'unknown') AS device,
  count(*) AS sessions,
  sum(searched) AS sessions_with_search,
  sum(carted) AS sessions_with_cart,
  sum(purchased) AS sessions_with_purchase,
  CAST(sum(purchased) / count(*) AS DECIMAL(9, 4)) AS conversion_rate
FROM sessions
GROUP BY session_date, COALESCE(device, 'unknown');
