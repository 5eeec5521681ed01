CREATE VIEW silver_order_lines AS SELECT * FROM read_parquet('{out}/silver_order_lines/*/*.parquet', hive_partitioning = true);
CREATE VIEW silver_interactions AS SELECT * FROM read_parquet('{out}/silver_interactions/*/*.parquet', hive_partitioning = true);
CREATE VIEW silver_geo AS SELECT * FROM read_parquet('{out}/silver_geo/*/*.parquet', hive_partitioning = true);
CREATE VIEW silver_customers AS SELECT * FROM '{out}/silver_customers.parquet';
COPY (
SELECT
  order_date,
  country,
  category,
  count(DISTINCT CASE WHEN NOT is_return THEN invoice_no END) AS orders,
  sum(CASE WHEN NOT is_return THEN quantity ELSE 0 END) AS units_sold,
  CAST(sum(CASE WHEN NOT is_return THEN net_amount ELSE 0 END) AS DECIMAL(18, 4)) AS sales,
  CAST(sum(CASE WHEN is_return THEN net_amount ELSE 0 END) AS DECIMAL(18, 4)) AS returns,
  CAST(sum(net_amount) AS DECIMAL(18, 4)) AS net_revenue
FROM silver_order_lines
GROUP BY order_date, country, category
) TO '{out}/gold_daily_revenue.parquet' (FORMAT parquet);
COPY (
WITH sessions AS (
  SELECT
    session_id,
    min(event_date) AS session_date,
    max(device) AS device,
    max(CASE WHEN event_type = 'search' THEN 1 ELSE 0 END) AS searched,
    max(CASE WHEN event_type = 'add_to_cart' THEN 1 ELSE 0 END) AS carted,
    max(CASE WHEN event_type = 'purchase' THEN 1 ELSE 0 END) AS purchased
  FROM silver_interactions
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
GROUP BY session_date, COALESCE(device, 'unknown')
) TO '{out}/gold_conversion_funnel.parquet' (FORMAT parquet);
COPY (
WITH bought AS (
  SELECT
    customer_id,
    max(country) AS country,
    min(order_date) AS first_order_date,
    max(order_date) AS last_order_date,
    count(DISTINCT CASE WHEN NOT is_return THEN invoice_no END) AS orders,
    count(DISTINCT CASE WHEN is_return THEN invoice_no END) AS returns,
    CAST(sum(net_amount) AS DECIMAL(18, 4)) AS net_revenue
  FROM silver_order_lines
  WHERE customer_id IS NOT NULL
  GROUP BY customer_id
),
visited AS (
  SELECT customer_id, count(DISTINCT session_id) AS sessions
  FROM silver_interactions
  WHERE customer_id IS NOT NULL
  GROUP BY customer_id
),
measured AS (
  SELECT
    b.*,
    date_diff('day', b.last_order_date, max(b.last_order_date) OVER ()) AS recency_days,
    COALESCE(v.sessions, 0) AS sessions,
    c.name,
    c.signup_date,
    c.marketing_consent
  FROM bought AS b
  LEFT JOIN visited AS v ON v.customer_id = b.customer_id
  LEFT JOIN silver_customers AS c ON c.customer_id = b.customer_id
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
FROM scored
) TO '{out}/gold_customer_360.parquet' (FORMAT parquet);
COPY (
WITH monthly AS (
  SELECT
    order_month,
    stock_code,
    max(description) AS description,
    max(category) AS category,
    sum(quantity) AS units,
    CAST(sum(net_amount) AS DECIMAL(18, 4)) AS net_revenue
  FROM silver_order_lines
  GROUP BY order_month, stock_code
)
SELECT
  order_month,
  row_number() OVER (PARTITION BY order_month ORDER BY net_revenue DESC, stock_code) AS place,
  stock_code,
  description,
  category,
  units,
  net_revenue
FROM monthly
QUALIFY row_number() OVER (PARTITION BY order_month ORDER BY net_revenue DESC, stock_code) <= 10
) TO '{out}/gold_top_products.parquet' (FORMAT parquet);
COPY (
WITH places AS (
  SELECT session_id, country_code, latitude, longitude
  FROM silver_geo
  QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY COALESCE(accuracy_m, 1000000), ping_id) = 1
),
purchases AS (
  SELECT DISTINCT session_id, invoice_no
  FROM silver_interactions
  WHERE event_type = 'purchase' AND invoice_no IS NOT NULL
),
invoices AS (
  SELECT invoice_no, sum(net_amount) AS net_amount
  FROM silver_order_lines
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
GROUP BY COALESCE(p.country_code, 'unknown'), CAST(floor(p.latitude) AS INT), CAST(floor(p.longitude) AS INT)
) TO '{out}/gold_geo_demand.parquet' (FORMAT parquet);
