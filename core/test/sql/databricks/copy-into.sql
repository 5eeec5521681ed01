-- COPY INTO: each file once, by name, options of the format and of the copy.
-- https://docs.databricks.com/aws/en/sql/language-manual/delta-copy-into
-- Open Spark has no COPY INTO: the answers are those of the INSERT that the reference describes.

-- !given
CREATE TABLE t (id INT, name STRING, n DOUBLE);
CREATE TABLE partial (name STRING, extra STRING, id BIGINT)
-- !file in/a.csv
id,name,n
1,Ann,1.5
2,Bo,
-- !file in/b.csv
name,id
Cy,3
-- !file json/a.json
{"id": 7, "name": "seven", "n": 7.5}
{"id": 8, "name": null}
-- !parquet pq/a.parquet
SELECT 11 AS id, 'eleven' AS name, CAST(1.25 AS DOUBLE) AS n
-- !case
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true');
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[1,"Ann",1.5]
[2,"Bo",null]
-- !case
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true');
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true');
SELECT count(*) AS n FROM t
-- !answer
n:bigint
[2]
-- !case
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true');
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true') COPY_OPTIONS ('force' = 'true');
SELECT count(*) AS n FROM t
-- !answer
n:bigint
[4]
-- !case
COPY INTO t FROM (SELECT CAST(id AS INT) AS id, upper(name) AS name FROM '{files}/in') FILEFORMAT = CSV PATTERN = 'a*.csv' FORMAT_OPTIONS ('header' = 'true');
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[1,"ANN",null]
[2,"BO",null]
-- !case
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('nothing.csv') FORMAT_OPTIONS ('header' = 'true')
-- !raises
-- !case
COPY INTO t FROM '{files}/json' FILEFORMAT = JSON;
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[7,"seven",7.5]
[8,null,null]
-- !case
COPY INTO partial FROM '{files}/json' FILEFORMAT = JSON
-- !raises delta.schema-mismatch
-- !case
COPY INTO partial FROM '{files}/json' FILEFORMAT = JSON COPY_OPTIONS ('mergeSchema' = 'true');
SELECT * FROM partial
-- !answer
name:string,extra:string,id:bigint,n:double
["seven",null,7,7.5]
[null,null,8,null]
-- !case
COPY INTO partial FROM (SELECT id, name FROM '{files}/json') FILEFORMAT = JSON;
SELECT * FROM partial
-- !answer
name:string,extra:string,id:bigint
["seven",null,7]
[null,null,8]
-- !case
COPY INTO t FROM '{files}/pq' FILEFORMAT = PARQUET;
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[11,"eleven",1.25]
-- !case
COPY INTO t FROM '{files}/pq/a.parquet' FILEFORMAT = PARQUET;
SELECT id FROM t
-- !answer
id:int
[11]
-- !case
COPY INTO t FROM (SELECT id + 1 AS id, concat(name, '!') AS name, n FROM '{files}/pq') FILEFORMAT = PARQUET;
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[12,"eleven!",1.25]
-- !case
COPY INTO t FROM '{files}/json' FILEFORMAT = JSON VALIDATE 1 ROWS
-- !refused sql.not-emulated
-- !case
COPY INTO t FROM '{files}/json' FILEFORMAT = JSON VALIDATE ALL
-- !refused sql.not-emulated
-- !case
COPY INTO t FROM '{files}/json' FILEFORMAT = EXCEL
-- !raises
-- !case
COPY INTO nowhere FROM '{files}/json' FILEFORMAT = JSON
-- !raises
-- !case
COPY INTO t FROM '{files}/missing' FILEFORMAT = JSON
-- !raises engine.path-not-found
-- !case
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') FORMAT_OPTIONS ('header' = 'true');
SELECT * FROM t
-- !raises
-- !case
COPY INTO t FROM '{files}/in' FILEFORMAT = CSV FILES = ('a.csv') PATTERN = '*.csv'
-- !raises
-- !case
COPY INTO t FROM '{files}/in' WITH (CREDENTIAL abc) FILEFORMAT = CSV
-- !refused sql.not-emulated
-- !case
CREATE TABLE loose
-- !refused sql.not-emulated

-- Files without a header: by position.
-- !given
CREATE TABLE t (id INT, name STRING, n DOUBLE)
-- !file raw/a.csv
1,one,1.5
2,two,2.5
-- !case
COPY INTO t BY POSITION FROM '{files}/raw' FILEFORMAT = CSV;
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[1,"one",1.5]
[2,"two",2.5]
-- !case
COPY INTO t (n, name, id) FROM (SELECT _c2, _c1, _c0 FROM '{files}/raw') FILEFORMAT = CSV;
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[1,"one",1.5]
[2,"two",2.5]
-- !case
COPY INTO t (id, name) FROM '{files}/raw' FILEFORMAT = CSV
-- !raises
-- !case
COPY INTO t FROM (SELECT _c0::int AS id, _c1 AS name, _c2::double AS n FROM '{files}/raw') FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'false');
SELECT * FROM t
-- !answer
id:int,name:string,n:double
[1,"one",1.5]
[2,"two",2.5]
