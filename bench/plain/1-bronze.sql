-- Everything as text, with its file and place in it. CSV's rules as Databricks' reader has them: short lines are padded, long ones kept.
COPY (
  SELECT InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country, extra AS _rescued_data, filename AS _source_file, '0' AS _source_offset, now() AS _ingested_at
  FROM read_csv('{sources}/export/transactions/*.csv', header = false, skip = 1, auto_detect = false, delim = ',', quote = '"', escape = '"', null_padding = true, strict_mode = false, parallel = false, filename = true,
    columns = {'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'Description': 'VARCHAR', 'Quantity': 'VARCHAR', 'InvoiceDate': 'VARCHAR', 'UnitPrice': 'VARCHAR', 'CustomerID': 'VARCHAR', 'Country': 'VARCHAR', 'extra': 'VARCHAR'})
) TO '{out}/bronze_transactions.parquet' (FORMAT parquet);
COPY (SELECT *, now() AS _ingested_at FROM read_csv('{sources}/export/reference/customers/*.csv', all_varchar = true, header = true, null_padding = true, strict_mode = false, filename = '_source_file'))
TO '{out}/bronze_customers.parquet' (FORMAT parquet);
COPY (SELECT *, now() AS _ingested_at FROM read_csv('{sources}/export/reference/products/*.csv', all_varchar = true, header = true, null_padding = true, strict_mode = false, filename = '_source_file'))
TO '{out}/bronze_products.parquet' (FORMAT parquet);
COPY (
  SELECT body, filename AS _source_file, "offset" AS _source_offset, sequence AS _sequence_number, enqueued AS _enqueued_time, now() AS _ingested_at
  FROM read_csv('{events}/interactions/*.txt', header = false, auto_detect = false, delim = E'\x01', quote = '', escape = '', filename = true, columns = {'sequence': 'BIGINT', 'offset': 'VARCHAR', 'enqueued': 'VARCHAR', 'body': 'VARCHAR'})
) TO '{out}/bronze_interactions.parquet' (FORMAT parquet);
COPY (
  SELECT body, filename AS _source_file, "offset" AS _source_offset, sequence AS _sequence_number, enqueued AS _enqueued_time, now() AS _ingested_at
  FROM read_csv('{events}/geo/*.txt', header = false, auto_detect = false, delim = E'\x01', quote = '', escape = '', filename = true, columns = {'sequence': 'BIGINT', 'offset': 'VARCHAR', 'enqueued': 'VARCHAR', 'body': 'VARCHAR'})
) TO '{out}/bronze_geo.parquet' (FORMAT parquet);
