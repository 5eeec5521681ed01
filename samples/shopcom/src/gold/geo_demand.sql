-- Where demand comes from: a session's place is its most accurate ping, put into a cell of one degree.
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE gold.geo_demand
COMMENT 'Sessions, purchases and net revenue by country and one-degree cell.'
AS WITH places AS (
  SELECT session_id, country_code, latitude, longitude
  FROM silver.geo
  QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY COALESCE(accuracy_m, 1000000), ping_id) = 1
),
purchases AS (
  SELECT DISTINCT session_id, invoice_no
  FROM silver.interactions
  WHERE event_type = 'purchase' AND invoice_no IS NOT NULL
),
invoices AS (
  SELECT invoice_no, sum(net_amount) AS net_amount
  FROM silver.order_lines
  GROUP BY invoice_no
)
SELECT
  COALESCE(p.country_code, 'unknown') AS country_code,
  CAST(floor(p.latitude) AS INT) AS cell_latitude,
  CAST(floor(p.longitude) AS INT) AS cell_longitude,
  count(DISTINCT p.session_id) AS sessions,
  count(DISTINCT b.invoice_no) AS purchases,
  CAST(COALESCE(sum(i.net_amount), 0) AS DECIMAL(18, 4)) AS net_revenue
FROM places AS p
LEFT JOIN purchases AS b ON b.session_id = p.session_id
LEFT JOIN invoices AS i ON i.invoice_no = b.invoice_no
GROUP BY COALESCE(p.country_code, 'unknown'), CAST(floor(p.latitude) AS INT), CAST(floor(p.longitude) AS INT);
