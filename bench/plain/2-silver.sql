COPY (
  SELECT customer_id, name, country, signup_date, marketing_consent
  FROM (SELECT regexp_replace(trim(CustomerID), '[.]0$', '') AS customer_id, trim(Name) AS name, trim(Country) AS country, TRY_CAST(SignupDate AS DATE) AS signup_date, lower(trim(MarketingConsent)) = 'true' AS marketing_consent,
      row_number() OVER (PARTITION BY regexp_replace(trim(CustomerID), '[.]0$', '') ORDER BY _source_file DESC, SignupDate DESC, Name DESC) AS copy_number
    FROM '{out}/bronze_customers.parquet' WHERE trim(CustomerID) <> '')
  WHERE copy_number = 1
) TO '{out}/silver_customers.parquet' (FORMAT parquet);
COPY (
  SELECT stock_code, description, category, list_price
  FROM (SELECT upper(trim(StockCode)) AS stock_code, trim(Description) AS description, lower(trim(Category)) AS category, TRY_CAST(ListPrice AS DECIMAL(12, 4)) AS list_price,
      row_number() OVER (PARTITION BY upper(trim(StockCode)) ORDER BY _source_file DESC, ListPrice DESC, Description DESC) AS copy_number
    FROM '{out}/bronze_products.parquet' WHERE trim(StockCode) <> '')
  WHERE copy_number = 1
) TO '{out}/silver_products.parquet' (FORMAT parquet);

CREATE TEMP TABLE order_lines_classified AS
WITH typed AS (
  SELECT *, TRY_CAST(Quantity AS INTEGER) AS quantity_value, TRY_CAST(UnitPrice AS DECIMAL(12, 4)) AS price_value, TRY_CAST(InvoiceDate AS TIMESTAMPTZ) AS invoice_time FROM '{out}/bronze_transactions.parquet'
), reasoned AS (
  SELECT *, CASE WHEN _rescued_data IS NOT NULL THEN 'too_many_columns' WHEN Country IS NULL THEN 'too_few_columns' WHEN InvoiceNo IS NULL OR trim(InvoiceNo) = '' THEN 'missing_invoice_no'
    WHEN StockCode IS NULL OR trim(StockCode) = '' THEN 'missing_stock_code' WHEN invoice_time IS NULL THEN 'bad_invoice_date' WHEN quantity_value IS NULL OR quantity_value = 0 THEN 'bad_quantity'
    WHEN price_value IS NULL OR price_value < 0 THEN 'bad_unit_price' END AS reason
  FROM typed
)
SELECT *, row_number() OVER (PARTITION BY reason, InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country ORDER BY _source_file, _source_offset) AS copy_number FROM reasoned;
COPY (
  SELECT trim(l.InvoiceNo) AS invoice_no, upper(trim(l.StockCode)) AS stock_code, trim(l.Description) AS description, l.quantity_value AS quantity, l.price_value AS unit_price,
    CAST(l.quantity_value * l.price_value AS DECIMAL(18, 4)) AS net_amount, l.invoice_time AS invoiced_at, CAST(l.invoice_time AS DATE) AS order_date, nullif(regexp_replace(trim(l.CustomerID), '[.]0$', ''), '') AS customer_id,
    trim(l.Country) AS country, coalesce(p.category, 'unknown') AS category, l.InvoiceNo LIKE 'C%' AS is_return,
    TRY_CAST(regexp_extract(l._source_file, '([0-9]{4}-[0-9]{2}-[0-9]{2})[.]csv$', 1) AS DATE) > CAST(l.invoice_time AS DATE) AS is_late, l._source_file, CAST(date_trunc('month', l.invoice_time) AS DATE) AS order_month
  FROM order_lines_classified AS l LEFT JOIN '{out}/silver_products.parquet' AS p ON p.stock_code = upper(trim(l.StockCode)) WHERE l.reason IS NULL AND l.copy_number = 1
) TO '{out}/silver_order_lines' (FORMAT parquet, PARTITION_BY (order_month));
COPY (SELECT reason, InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country, _rescued_data, _source_file, _source_offset FROM order_lines_classified WHERE reason IS NOT NULL)
TO '{out}/silver_order_lines_quarantine.parquet' (FORMAT parquet);
COPY (SELECT InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country, copy_number, _source_file, _source_offset FROM order_lines_classified WHERE reason IS NULL AND copy_number > 1)
TO '{out}/silver_order_lines_duplicates.parquet' (FORMAT parquet);
DROP TABLE order_lines_classified;

CREATE TEMP TABLE interactions_classified AS
WITH parsed AS (SELECT *, CASE WHEN json_valid(body) THEN json_transform(body, '{"event_id": "VARCHAR", "session_id": "VARCHAR", "customer_id": "VARCHAR", "event_type": "VARCHAR", "event_time": "VARCHAR", "received_time": "VARCHAR", "page": "VARCHAR", "stock_code": "VARCHAR", "search_text": "VARCHAR", "quantity": "INTEGER", "invoice_no": "VARCHAR", "device": "VARCHAR", "country": "VARCHAR"}') END AS event FROM '{out}/bronze_interactions.parquet'),
typed AS (SELECT *, TRY_CAST(event.event_time AS TIMESTAMPTZ) AS event_at, TRY_CAST(event.received_time AS TIMESTAMPTZ) AS received_at FROM parsed),
reasoned AS (
  SELECT *, CASE WHEN event.event_id IS NULL AND event.session_id IS NULL AND event.event_time IS NULL THEN 'not_json' WHEN event.event_id IS NULL THEN 'missing_event_id' WHEN event.session_id IS NULL THEN 'missing_session_id'
    WHEN event.event_type IS NULL OR event.event_type NOT IN ('page_view', 'search', 'add_to_cart', 'purchase') THEN 'unknown_event_type' WHEN event_at IS NULL THEN 'bad_event_time' END AS reason
  FROM typed
)
SELECT *, row_number() OVER (PARTITION BY reason, event.event_id ORDER BY _source_file, _sequence_number) AS copy_number FROM reasoned;
COPY (
  SELECT event.event_id AS event_id, event.session_id AS session_id, event.customer_id AS customer_id, event.event_type AS event_type, event_at, CAST(event_at AS DATE) AS event_date, received_at,
    coalesce(received_at > event_at + INTERVAL 1 HOUR, false) AS is_late, event.page AS page, event.stock_code AS stock_code, event.search_text AS search_text, event.quantity AS quantity, event.invoice_no AS invoice_no,
    event.device AS device, event.country AS country, _source_file, _source_offset, CAST(date_trunc('month', event_at) AS DATE) AS event_month
  FROM interactions_classified WHERE reason IS NULL AND copy_number = 1
) TO '{out}/silver_interactions' (FORMAT parquet, PARTITION_BY (event_month));
COPY (SELECT reason, body, _source_file, _source_offset, _sequence_number, _enqueued_time FROM interactions_classified WHERE reason IS NOT NULL) TO '{out}/silver_interactions_quarantine.parquet' (FORMAT parquet);
COPY (SELECT event.event_id AS event_id, body, copy_number, _source_file, _source_offset, _sequence_number, _enqueued_time FROM interactions_classified WHERE reason IS NULL AND copy_number > 1)
TO '{out}/silver_interactions_duplicates.parquet' (FORMAT parquet);
DROP TABLE interactions_classified;

CREATE TEMP TABLE geo_classified AS
WITH parsed AS (SELECT *, CASE WHEN json_valid(body) THEN json_transform(body, '{"ping_id": "VARCHAR", "session_id": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE", "accuracy_m": "DOUBLE", "city": "VARCHAR", "country_code": "VARCHAR", "event_time": "VARCHAR", "received_time": "VARCHAR"}') END AS ping FROM '{out}/bronze_geo.parquet'),
typed AS (SELECT *, TRY_CAST(ping.event_time AS TIMESTAMPTZ) AS event_at, TRY_CAST(ping.received_time AS TIMESTAMPTZ) AS received_at FROM parsed),
reasoned AS (
  SELECT *, CASE WHEN ping.ping_id IS NULL AND ping.session_id IS NULL AND ping.event_time IS NULL THEN 'not_json' WHEN ping.ping_id IS NULL THEN 'missing_ping_id' WHEN ping.session_id IS NULL THEN 'missing_session_id'
    WHEN ping.latitude IS NULL OR ping.longitude IS NULL THEN 'missing_coordinates' WHEN abs(ping.latitude) > 90 OR abs(ping.longitude) > 180 THEN 'coordinates_out_of_range' WHEN event_at IS NULL THEN 'bad_event_time' END AS reason
  FROM typed
)
SELECT *, row_number() OVER (PARTITION BY reason, ping.ping_id ORDER BY _source_file, _sequence_number) AS copy_number FROM reasoned;
COPY (
  SELECT ping.ping_id AS ping_id, ping.session_id AS session_id, ping.latitude AS latitude, ping.longitude AS longitude, ping.accuracy_m AS accuracy_m, ping.city AS city, ping.country_code AS country_code, event_at,
    coalesce(received_at > event_at + INTERVAL 1 HOUR, false) AS is_late, _source_file, _source_offset, CAST(date_trunc('month', event_at) AS DATE) AS event_month
  FROM geo_classified WHERE reason IS NULL AND copy_number = 1
) TO '{out}/silver_geo' (FORMAT parquet, PARTITION_BY (event_month));
COPY (SELECT reason, body, _source_file, _source_offset, _sequence_number, _enqueued_time FROM geo_classified WHERE reason IS NOT NULL) TO '{out}/silver_geo_quarantine.parquet' (FORMAT parquet);
COPY (SELECT ping.ping_id AS ping_id, body, copy_number, _source_file, _source_offset, _sequence_number, _enqueued_time FROM geo_classified WHERE reason IS NULL AND copy_number > 1) TO '{out}/silver_geo_duplicates.parquet' (FORMAT parquet);
DROP TABLE geo_classified;
