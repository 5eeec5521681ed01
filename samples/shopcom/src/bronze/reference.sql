-- Customers and products land beside the order lines. Either folder may be empty: a shop that exports neither still gets its revenue.
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE bronze.customers
COMMENT 'Customers as landed, as text.'
AS SELECT
  CustomerID,
  Name,
  Country,
  SignupDate,
  MarketingConsent,
  _rescued_data,
  _metadata.file_path AS _source_file,
  CAST(_metadata.file_block_start AS STRING) AS _source_offset,
  current_timestamp() AS _ingested_at
FROM read_files(
  :landing || '/reference/customers',
  format => 'csv',
  header => true,
  schema => 'CustomerID STRING, Name STRING, Country STRING, SignupDate STRING, MarketingConsent STRING',
  rescuedDataColumn => '_rescued_data'
);

CREATE OR REPLACE TABLE bronze.products
COMMENT 'Products as landed, as text.'
AS SELECT
  StockCode,
  Description,
  Category,
  ListPrice,
  _rescued_data,
  _metadata.file_path AS _source_file,
  CAST(_metadata.file_block_start AS STRING) AS _source_offset,
  current_timestamp() AS _ingested_at
FROM read_files(
  :landing || '/reference/products',
  format => 'csv',
  header => true,
  schema => 'StockCode STRING, Description STRING, Category STRING, ListPrice STRING',
  rescuedDataColumn => '_rescued_data'
);
