-- Order lines as Data Factory landed them: every column text, nothing turned away.
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE bronze.transactions
COMMENT 'Order lines as landed: the eight columns of the shop''s export as text, and where each line came from.'
AS SELECT
  InvoiceNo,
  StockCode,
  Description,
  Quantity,
  InvoiceDate,
  UnitPrice,
  CustomerID,
  Country,
  _rescued_data,
  _metadata.file_path AS _source_file,
  CAST(_metadata.file_block_start AS STRING) AS _source_offset,
  current_timestamp() AS _ingested_at
FROM read_files(
  :landing || '/transactions',
  format => 'csv',
  header => true,
  schema => 'InvoiceNo STRING, StockCode STRING, Description STRING, Quantity STRING, InvoiceDate STRING, UnitPrice STRING, CustomerID STRING, Country STRING',
  rescuedDataColumn => '_rescued_data'
);
