USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE gold.customer_360
COMMENT 'One row for each customer who bought: recency, frequency and monetary value (1 to 5, 5 is best) and the segment that follows.'
AS WITH bought AS (
  SELECT
    customer_id,
    max(country) AS country,
    min(order_date) AS first_order_date,
    max(order_date) AS last_order_date,
    count(DISTINCT CASE WHEN NOT is_return THEN invoice_no END) AS orders,
    count(DISTINCT CASE WHEN is_return THEN invoice_no END) AS returns,
    CAST(sum(net_amount) AS DECIMAL(18, 4)) AS net_revenue
  FROM silver.order_lines
  WHERE customer_id IS NOT NULL
  GROUP BY customer_id
),
visited AS (
  SELECT customer_id, count(DISTINCT session_id) AS sessions
  FROM silver.interactions
  WHERE customer_id IS NOT NULL
  GROUP BY customer_id
),
measured AS (
  SELECT
    b.*,
    datediff(max(b.last_order_date) OVER (), b.last_order_date) AS recency_days,
    COALESCE(v.sessions, 0) AS sessions,
    c.name,
    c.signup_date,
    c.marketing_consent
  FROM bought AS b
  LEFT JOIN visited AS v ON v.customer_id = b.customer_id
  LEFT JOIN silver.customers AS c ON c.customer_id = b.customer_id
),
scored AS (
  SELECT
    *,
    ntile(5) OVER (ORDER BY recency_days DESC, customer_id) AS recency_score,
    ntile(5) OVER (ORDER BY orders, customer_id) AS frequency_score,
    ntile(5) OVER (ORDER BY net_revenue, customer_id) AS monetary_score
  FROM measured
)
SELECT
  customer_id,
  name,
  country,
  signup_date,
  marketing_consent,
  first_order_date,
  last_order_date,
  orders,
  returns,
  net_revenue,
  sessions,
  recency_days,
  recency_score,
  frequency_score,
  monetary_score,
  CASE
    WHEN recency_score >= 4 AND frequency_score >= 4 AND monetary_score >= 4 THEN 'champion'
    WHEN recency_score >= 3 AND frequency_score >= 3 THEN 'loyal'
    WHEN recency_score >= 4 THEN 'recent'
    WHEN recency_score <= 2 AND monetary_score >= 4 THEN 'at_risk'
    WHEN recency_score = 1 THEN 'lost'
    ELSE 'regular'
  END AS segment
FROM scored;
