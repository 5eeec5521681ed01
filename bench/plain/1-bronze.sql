CREATE TABLE bronze_transactions AS SELECT * FROM read_csv('{sources}/export/transactions/*.csv', header = false, skip = 1, auto_detect = false, delim = ',', quote = '"', escape = '"',
  columns = {'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'Description': 'VARCHAR', 'Quantity': 'VARCHAR', 'InvoiceDate': 'VARCHAR', 'UnitPrice': 'VARCHAR', 'CustomerID': 'VARCHAR', 'Country': 'VARCHAR', 'extra': 'VARCHAR'},
  null_padding = true, strict_mode = false, parallel = false, filename = true);
CREATE TABLE bronze_products AS SELECT * FROM read_csv('{sources}/export/reference/products/*.csv', all_varchar = true);
CREATE TABLE bronze_customers AS SELECT * FROM read_csv('{sources}/export/reference/customers/*.csv', all_varchar = true);
CREATE TABLE bronze_interactions AS SELECT * FROM read_csv('{sources}/interactions.txt', header = false, auto_detect = false, delim = '\x01', quote = '', escape = '', columns = {'body': 'VARCHAR'});
CREATE TABLE bronze_geo AS SELECT * FROM read_csv('{sources}/geo.txt', header = false, auto_detect = false, delim = '\x01', quote = '', escape = '', columns = {'body': 'VARCHAR'});
COPY bronze_transactions TO '{sources}/bronze_transactions.parquet' (FORMAT parquet);
COPY bronze_interactions TO '{sources}/bronze_interactions.parquet' (FORMAT parquet);
COPY bronze_geo TO '{sources}/bronze_geo.parquet' (FORMAT parquet);
