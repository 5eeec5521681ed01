-- Order lines, typed and joined to their product. Every line of bronze ends in exactly one of three tables:
-- order_lines, order_lines_quarantine (with a reason) or order_lines_duplicates (a line that is the same in all eight columns).
-- Net revenue is sum(quantity * unit_price); returns (invoice C...) have a negative quantity.
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TEMPORARY VIEW order_lines_classified AS
WITH typed AS (
  SELECT
    *,
    TRY_CAST(Quantity AS INT) AS quantity_value,
    TRY_CAST(UnitPrice AS DECIMAL(12, 4)) AS price_value,
    TRY_CAST(InvoiceDate AS TIMESTAMP) AS invoice_time
  FROM bronze.transactions
),
reasoned AS (
  SELECT
    *,
    CASE
      WHEN _rescued_data IS NOT NULL THEN 'too_many_columns'
      WHEN Country IS NULL THEN 'too_few_columns'
      WHEN InvoiceNo IS NULL OR trim(InvoiceNo) = '' THEN 'missing_invoice_no'
      WHEN StockCode IS NULL OR trim(StockCode) = '' THEN 'missing_stock_code'
      WHEN invoice_time IS NULL THEN 'bad_invoice_date'
      WHEN quantity_value IS NULL OR quantity_value = 0 THEN 'bad_quantity'
      WHEN price_value IS NULL OR price_value < 0 THEN 'bad_unit_price'
    END AS reason
  FROM typed
)
SELECT
  *,
  row_number() OVER (
    PARTITION BY reason, InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
    ORDER BY _source_file, _source_offset
  ) AS copy_number
FROM reasoned;

CREATE OR REPLACE TABLE silver.order_lines
PARTITIONED BY (order_month)
COMMENT 'One row for each line of an order or a return.'
AS SELECT
  trim(l.InvoiceNo) AS invoice_no,
  upper(trim(l.StockCode)) AS stock_code,
  trim(l.Description) AS description,
  l.quantity_value AS quantity,
  l.price_value AS unit_price,
  CAST(l.quantity_value * l.price_value AS DECIMAL(18, 4)) AS net_amount,
  l.invoice_time AS invoiced_at,
  CAST(l.invoice_time AS DATE) AS order_date,
  NULLIF(regexp_replace(trim(l.CustomerID), '[.]0$', ''), '') AS customer_id,
  trim(l.Country) AS country,
  COALESCE(p.category, 'unknown') AS category,
  l.InvoiceNo LIKE 'C%' AS is_return,
  TRY_CAST(regexp_extract(l._source_file, '([0-9]{4}-[0-9]{2}-[0-9]{2})[.]csv$', 1) AS DATE) > CAST(l.invoice_time AS DATE) AS is_late,
  l._source_file,
  CAST(date_trunc('MONTH', l.invoice_time) AS DATE) AS order_month
FROM order_lines_classified AS l
LEFT JOIN silver.products AS p ON p.stock_code = upper(trim(l.StockCode))
WHERE l.reason IS NULL AND l.copy_number = 1;

CREATE OR REPLACE TABLE silver.order_lines_quarantine
COMMENT 'Order lines that were turned away, as they came, with the reason.'
AS SELECT
  reason,
  InvoiceNo,
  StockCode,
  Description,
  Quantity,
  InvoiceDate,
  UnitPrice,
  CustomerID,
  Country,
  _rescued_data,
  _source_file,
  _source_offset
FROM order_lines_classified
WHERE reason IS NOT NULL;

CREATE OR REPLACE TABLE silver.order_lines_duplicates
COMMENT 'Order lines that came again, the same in all eight columns; the first copy is in order_lines.'
AS SELECT
  InvoiceNo,
  StockCode,
  Description,
  Quantity,
  InvoiceDate,
  UnitPrice,
  CustomerID,
  Country,
  copy_number,
  _source_file,
  _source_offset
FROM order_lines_classified
WHERE reason IS NULL AND copy_number > 1;
