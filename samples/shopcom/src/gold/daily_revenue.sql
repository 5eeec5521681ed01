USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE gold.daily_revenue
COMMENT 'Revenue by day, country and category. Net revenue is sales less returns.'
AS SELECT
  order_date,
  country,
  category,
  count(DISTINCT CASE WHEN NOT is_return THEN invoice_no END) AS orders,
  sum(CASE WHEN NOT is_return THEN quantity ELSE 0 END) AS units_sold,
  CAST(sum(CASE WHEN NOT is_return THEN net_amount ELSE 0 END) AS DECIMAL(18, 4)) AS sales,
  CAST(sum(CASE WHEN is_return THEN net_amount ELSE 0 END) AS DECIMAL(18, 4)) AS returns,
  CAST(sum(net_amount) AS DECIMAL(18, 4)) AS net_revenue
FROM silver.order_lines
GROUP BY order_date, country, category;
