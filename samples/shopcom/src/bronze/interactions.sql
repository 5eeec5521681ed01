-- Website interactions as Event Hubs Capture wrote them: the event's body as text, whatever it holds.
USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE TABLE bronze.interactions
COMMENT 'Website interactions as captured: the body as text, and the place of each event in its hub.'
AS SELECT
  CAST(Body AS STRING) AS body,
  _rescued_data,
  _metadata.file_path AS _source_file,
  Offset AS _source_offset,
  SequenceNumber AS _sequence_number,
  EnqueuedTimeUtc AS _enqueued_time,
  current_timestamp() AS _ingested_at
FROM read_files(
  :landing || '/capture/emulatorNs1/interactions',
  format => 'avro',
  schema => 'SequenceNumber BIGINT, Offset STRING, EnqueuedTimeUtc STRING, Body BINARY',
  rescuedDataColumn => '_rescued_data'
);
