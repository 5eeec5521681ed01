CREATE TABLE lines AS
WITH typed AS (
  SELECT *, TRY_CAST(Quantity AS INTEGER) AS q, TRY_CAST(UnitPrice AS DECIMAL(12, 4)) AS p, try_strptime(InvoiceDate, '%Y-%m-%d %H:%M:%S') AS t FROM bronze_transactions
), reasoned AS (
  SELECT *, CASE WHEN extra IS NOT NULL THEN 'too_many_columns' WHEN Country IS NULL THEN 'too_few_columns' WHEN InvoiceNo IS NULL OR trim(InvoiceNo) = '' THEN 'missing_invoice_no'
    WHEN StockCode IS NULL OR trim(StockCode) = '' THEN 'missing_stock_code' WHEN t IS NULL THEN 'bad_invoice_date' WHEN q IS NULL OR q = 0 THEN 'bad_quantity' WHEN p IS NULL OR p < 0 THEN 'bad_unit_price' END AS reason
  FROM typed
)
SELECT *, row_number() OVER (PARTITION BY reason, InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country ORDER BY filename) AS copy_number FROM reasoned;
CREATE TABLE order_lines AS
SELECT trim(InvoiceNo) AS invoice_no, upper(trim(l.StockCode)) AS stock_code, trim(l.Description) AS description, q AS quantity, p AS unit_price, CAST(q * p AS DECIMAL(18, 4)) AS net_amount, t AS invoiced_at,
  CAST(t AS DATE) AS order_date, nullif(regexp_replace(trim(CustomerID), '[.]0$', ''), '') AS customer_id, trim(l.Country) AS country, coalesce(lower(trim(c.Category)), 'unknown') AS category, InvoiceNo LIKE 'C%' AS is_return,
  CAST(date_trunc('month', t) AS DATE) AS order_month
FROM lines AS l LEFT JOIN bronze_products AS c ON upper(trim(c.StockCode)) = upper(trim(l.StockCode)) WHERE reason IS NULL AND copy_number = 1;
COPY order_lines TO '{sources}/order_lines' (FORMAT parquet, PARTITION_BY (order_month), OVERWRITE_OR_IGNORE);
CREATE TABLE interactions AS
WITH parsed AS (SELECT body, CASE WHEN json_valid(body) THEN body::JSON END AS j FROM bronze_interactions),
typed AS (SELECT *, j->>'event_id' AS event_id, j->>'session_id' AS session_id, j->>'event_type' AS event_type, TRY_CAST(j->>'event_time' AS TIMESTAMPTZ) AS event_at FROM parsed),
numbered AS (SELECT *, CASE WHEN j IS NULL THEN 'not_json' WHEN event_id IS NULL THEN 'missing_event_id' WHEN session_id IS NULL THEN 'missing_session_id' WHEN event_type NOT IN ('page_view', 'search', 'add_to_cart', 'purchase') THEN 'unknown_event_type' WHEN event_at IS NULL THEN 'bad_event_time' END AS reason FROM typed)
SELECT event_id, session_id, j->>'customer_id' AS customer_id, event_type, event_at, CAST(event_at AS DATE) AS event_date, j->>'invoice_no' AS invoice_no, j->>'device' AS device, j->>'country' AS country, reason,
  row_number() OVER (PARTITION BY reason, event_id) AS copy_number, CAST(date_trunc('month', event_at) AS DATE) AS event_month FROM numbered;
COPY (SELECT * FROM interactions WHERE reason IS NULL AND copy_number = 1) TO '{sources}/interactions' (FORMAT parquet, PARTITION_BY (event_month), OVERWRITE_OR_IGNORE);
CREATE TABLE geo AS
WITH parsed AS (SELECT body, CASE WHEN json_valid(body) THEN body::JSON END AS j FROM bronze_geo)
SELECT j->>'ping_id' AS ping_id, j->>'session_id' AS session_id, TRY_CAST(j->>'latitude' AS DOUBLE) AS latitude, TRY_CAST(j->>'longitude' AS DOUBLE) AS longitude, TRY_CAST(j->>'accuracy_m' AS DOUBLE) AS accuracy_m,
  j->>'country_code' AS country_code, row_number() OVER (PARTITION BY j->>'ping_id') AS copy_number FROM parsed WHERE j IS NOT NULL;
COPY geo TO '{sources}/geo.parquet' (FORMAT parquet);
