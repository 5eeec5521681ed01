USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE gold.top_products
COMMENT 'The ten products with the highest net revenue of each month.'
AS WITH monthly AS (
  SELECT
    order_month,
    stock_code,
    max(description) AS description,
    max(category) AS category,
    sum(quantity) AS units,
    CAST(sum(net_amount) AS DECIMAL(18, 4)) AS net_revenue
  FROM silver.order_lines
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
QUALIFY row_number() OVER (PARTITION BY order_month ORDER BY net_revenue DESC, stock_code) <= 10;
