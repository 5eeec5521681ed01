-- One row for each customer and each product: where the export repeats a key, the last file wins.
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE silver.customers
COMMENT 'One row for each customer.'
AS SELECT
  customer_id,
  name,
  country,
  signup_date,
  marketing_consent
FROM (
  SELECT
    regexp_replace(trim(CustomerID), '[.]0$', '') AS customer_id,
    trim(Name) AS name,
    trim(Country) AS country,
    TRY_CAST(SignupDate AS DATE) AS signup_date,
    lower(trim(MarketingConsent)) = 'true' AS marketing_consent,
    row_number() OVER (
      PARTITION BY regexp_replace(trim(CustomerID), '[.]0$', '')
      ORDER BY _source_file DESC, SignupDate DESC, Name DESC
    ) AS copy_number
  FROM bronze.customers
  WHERE trim(CustomerID) <> ''
)
WHERE copy_number = 1;

CREATE OR REPLACE TABLE silver.products
COMMENT 'One row for each product.'
AS SELECT
  stock_code,
  description,
  category,
  list_price
FROM (
  SELECT
    upper(trim(StockCode)) AS stock_code,
    trim(Description) AS description,
    lower(trim(Category)) AS category,
    TRY_CAST(ListPrice AS DECIMAL(12, 4)) AS list_price,
    row_number() OVER (
      PARTITION BY upper(trim(StockCode))
      ORDER BY _source_file DESC, ListPrice DESC, Description DESC
    ) AS copy_number
  FROM bronze.products
  WHERE trim(StockCode) <> ''
)
WHERE copy_number = 1;
