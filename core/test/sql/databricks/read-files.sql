-- read_files: formats, schemas that are given, hinted or inferred, what is rescued.
-- https://docs.databricks.com/aws/en/sql/language-manual/functions/read_files
-- https://docs.databricks.com/aws/en/ingestion/cloud-object-storage/auto-loader/schema
-- Spark is asked through a view USING the format; _rescued_data is Databricks' own.

-- !given
-- !file people/a.csv
id,name,born,score,ok
1,Ann,2024-01-02,1.5,true
2,"Bo, Jr.",2023-12-31,2,false
3,,,,
-- !file people/b.csv
id,name,born,score,ok
4,Cy,2022-05-06,1e3,true
-- !case
SELECT * FROM read_files('{files}/people', format => 'csv', header => true)
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/people', header 'true', inferSchema 'true');
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM f
-- !case
SELECT id, name FROM read_files('{files}/people/a.csv', format => 'csv', header => true, inferColumnTypes => false)
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/people/a.csv', header 'true');
SELECT id, name FROM f
-- !case
SELECT * FROM read_files('{files}/people', format => 'csv', header => true, schema => 'id INT, name STRING, born DATE, score DOUBLE, ok BOOLEAN')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f (id INT, name STRING, born DATE, score DOUBLE, ok BOOLEAN) USING csv OPTIONS (path '{files}/people', header 'true');
SELECT * FROM f
-- !case
SELECT id, score FROM read_files('{files}/people', format => 'csv', header => true, schemaHints => 'id BIGINT, score DECIMAL(6,2)')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f (id BIGINT, name STRING, born DATE, score DECIMAL(6,2), ok BOOLEAN) USING csv OPTIONS (path '{files}/people', header 'true');
SELECT id, score FROM f
-- !case
SELECT count(*) AS n FROM read_files('{files}/people/*.csv', header => true)
-- !answer
n:bigint
[4]
-- !case
SELECT * FROM read_files('{files}/people/b.csv', header => false)
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/people/b.csv', header 'false', inferSchema 'true');
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM f
-- !case
SELECT _metadata.file_name AS f, count(*) AS n FROM read_files('{files}/people', format => 'csv', header => true) GROUP BY ALL
-- !answer
f:string,n:bigint
["a.csv",3]
["b.csv",1]
-- !case
SELECT * FROM read_files('{files}/nowhere', format => 'csv')
-- !raises engine.path-not-found
-- !case
SELECT * FROM read_files('{files}/people', format => 'excel')
-- !refused engine.option-not-emulated
-- !case
SELECT * FROM read_files('{files}/people', format => 'csv', header => true, schema => 'id INT, nonsense')
-- !raises
-- !case
CREATE TABLE t AS SELECT * EXCEPT (_rescued_data) FROM read_files('{files}/people', format => 'csv', header => true);
SELECT id + 1 AS id, year(born) AS y, score * 2 AS s FROM t
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/people', header 'true', inferSchema 'true');
SELECT id + 1 AS id, year(born) AS y, score * 2 AS s FROM f

-- The types that a column's texts give.
-- !given
-- !file kinds/a.csv
i,l,h,d,mixed,when,day,text,empty,b,n
1,3000000000,99999999999999999999,1.5,1,2024-01-02 03:04:05,2024-01-02,x,,true,NaN
-2,1,5,-2,2.5,2024-01-02T03:04:05.5,2024-02-29,1,,FALSE,1.5
,,,,,,,,,,
-- !case
SELECT * FROM read_files('{files}/kinds', format => 'csv', header => true)
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/kinds', header 'true', inferSchema 'true');
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM f
-- !given
-- !file kinds/b.csv
a|b|c|d|e|f
+5|007|1|2024-01-02|true|1
3|8|x|2024-01-02 03:04:05|1|2024-01-01
-- !case
SELECT * FROM read_files('{files}/kinds', format => 'csv', header => true, sep => '|')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/kinds', header 'true', inferSchema 'true', sep '|');
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM f
-- !given
-- !file kinds/c.csv
a,b,c,d,e
1.0,2024-1-2,.5,inf,12:30:00
2,2024-01-02,5.,-Infinity,12:31:00
-- !case
SELECT a, c, d, e FROM read_files('{files}/kinds', format => 'csv', header => true)
-- !refused engine.inference-not-emulated
-- !given
-- !file kinds/d.csv
a,c,d
1.0,.5,Inf
2,5.,-Inf
1e3,NaN,1
-- !case
SELECT a, c, d FROM read_files('{files}/kinds', format => 'csv', header => true)
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING csv OPTIONS (path '{files}/kinds', header 'true', inferSchema 'true');
SELECT a, c, d FROM f

-- JSON: columns in the order of their names, the types of all records together.
-- !given
-- !file events/a.json
{"id": 1, "kind": "click", "at": "2024-01-02T03:04:05Z", "tags": ["a", "b"], "pos": {"x": 1, "y": 2.5}, "ok": true}
{"id": 2, "kind": null, "price": 9.99, "tags": [], "pos": {"x": 3, "z": "q"}}
-- !file events/b.json
{"id": 3000000000, "kind": 5, "big": 99999999999999999999, "none": null, "list": [{"k": 1}, {"k": 2.5, "m": null}]}
-- !case
SELECT * FROM read_files('{files}/events', format => 'json')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING json OPTIONS (path '{files}/events');
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM f
-- !case
SELECT id, pos.x AS x, tags[0] AS t, list[1].k AS k FROM read_files('{files}/events')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING json OPTIONS (path '{files}/events');
SELECT id, pos.x AS x, try_element_at(tags, 1) AS t, try_element_at(list, 2).k AS k FROM f
-- !raises
-- !case
SELECT id, pos.x AS x, get(tags, 0) AS t, get(list, 1).k AS k FROM read_files('{files}/events', format => 'json')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f USING json OPTIONS (path '{files}/events');
SELECT id, pos.x AS x, get(tags, 0) AS t, get(list, 1).k AS k FROM f
-- !case
SELECT id, price FROM read_files('{files}/events', format => 'json', schemaHints => 'id STRING, price DECIMAL(10,2)')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f (id STRING, price DECIMAL(10,2)) USING json OPTIONS (path '{files}/events');
SELECT id, price FROM f
-- !case
SELECT id, kind FROM read_files('{files}/events', format => 'json', inferColumnTypes => false)
-- !refused engine.option-not-emulated
-- !case
SELECT id, kind FROM read_files('{files}/events', format => 'json', schemaHints => 'kind STRING, id STRING')
-- !answer
id:string,kind:string
["1","click"]
["2",null]
["3000000000","5"]
-- !case
SELECT id, at FROM read_files('{files}/events', format => 'json', schema => 'id BIGINT, at TIMESTAMP')
-- !judge
CREATE OR REPLACE TEMPORARY VIEW f (id BIGINT, at TIMESTAMP) USING json OPTIONS (path '{files}/events');
SELECT id, at FROM f
-- !case
SELECT id, get_json_object(_rescued_data, '$.kind') AS kind FROM read_files('{files}/events', format => 'json', schema => 'id INT', rescuedDataColumn => '_rescued_data')
-- !answer
id:int,kind:string
[1,"click"]
[2,null]
[null,"5"]
-- !case
SELECT count(*) AS n FROM STREAM read_files('{files}/events', format => 'json')
-- !raises

-- Parquet and text bring their types.
-- !given
-- !parquet data/a.parquet
SELECT 1 AS id, 'x' AS name, CAST(1.5 AS DECIMAL(5,2)) AS n, DATE'2024-01-01' AS d UNION ALL SELECT 2, NULL, NULL, NULL
-- !case
SELECT * FROM read_files('{files}/data', format => 'parquet')
-- !judge
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM parquet.`{files}/data`
-- !case
SELECT * FROM read_files('{files}/data')
-- !judge
SELECT *, CAST(NULL AS STRING) AS _rescued_data FROM parquet.`{files}/data`
-- !case
SELECT * FROM parquet.`{files}/data`
-- !refused sql.not-emulated
-- !given
-- !file lines/a.txt
one
two words

four
-- !case
SELECT * FROM read_files('{files}/lines', format => 'text')
-- !refused engine.option-not-emulated
-- !case
SELECT length(value) AS n FROM text.`{files}/lines` WHERE value <> ''
-- !refused sql.not-emulated
-- !case
SELECT length, length(content) AS n FROM read_files('{files}/lines', format => 'binaryFile')
-- !refused engine.option-not-emulated
