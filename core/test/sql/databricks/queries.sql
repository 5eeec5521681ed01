-- What Databricks' queries have beside ANSI's: stars with EXCEPT, GROUP BY ALL, lateral aliases, ILIKE ANY, named arguments, variables, pipes; and
-- what calls services of the cloud, which is refused. Spark answers most of them itself.
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-select
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-function-invocation
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-ddl-declare-variable

-- !given
CREATE TABLE t (id INT, city STRING, n INT, tags ARRAY<STRING>);
INSERT INTO t VALUES (1, 'Oslo', 10, array('a', 'b')), (2, 'Rome', NULL, array()), (3, 'Oslo', 30, NULL)
-- !case
SELECT * EXCEPT (tags, n) FROM t
-- !case
SELECT * EXCEPT (nothing) FROM t
-- !case
SELECT t.* EXCEPT (tags), n * 2 AS twice FROM t
-- !case
SELECT city, sum(n) AS s, count(*) AS c FROM t GROUP BY ALL ORDER BY ALL
-- !case
SELECT upper(city) AS u, max(n) + count(*) AS m FROM t GROUP BY ALL
-- !case
SELECT id + 1 AS a, a * 2 AS b, b - a AS c FROM t ORDER BY a
-- !case
SELECT id AS n, n + 1 AS m FROM t
-- !case
SELECT city FROM t WHERE city ILIKE ANY ('o%', '%x')
-- !case
SELECT city FROM t WHERE city LIKE ALL ('%o%', '%m%')
-- !case
SELECT city FROM t WHERE city NOT ILIKE ANY ('o%')
-- !case
SELECT id FROM t WHERE n IS DISTINCT FROM 10
-- !case
SELECT id FROM t WHERE n IS NOT DISTINCT FROM NULL
-- !case
SELECT id, tag FROM t LATERAL VIEW OUTER explode(tags) AS tag
-- !case
SELECT id, tag FROM t, LATERAL explode(tags) AS x(tag)
-- !case
SELECT mask(city, lowerChar => 'q', upperChar => NULL) AS m FROM t
-- !case
SELECT * FROM t ORDER BY n DESC NULLS LAST, id LIMIT 2 OFFSET 1
-- !case
SELECT city, n FROM t ORDER BY 2 NULLS FIRST, 1
-- !case
FROM t |> WHERE n IS NOT NULL |> AGGREGATE sum(n) AS s GROUP BY city |> SELECT city, s
-- !case
FROM t |> EXTEND n + 1 AS m |> DROP tags |> ORDER BY id |> LIMIT 1
-- !answer
id:int,city:string,n:int,m:int
[1,"Oslo",10,11]
-- !case
SELECT city, count(*) FILTER (WHERE n > 10) AS big FROM t GROUP BY city
-- !case
SELECT any_value(city) AS a FROM t WHERE id = 1
-- !case
SELECT * FROM t PIVOT (sum(n) FOR city IN ('Oslo' AS o, 'Rome' AS r))
-- !case
SELECT id, k, v FROM (SELECT id, n AS a, id AS b FROM t) UNPIVOT (v FOR k IN (a, b))
-- !case
SELECT id FROM t WHERE exists(tags, x -> x = 'b')
-- !case
SELECT transform(tags, (x, i) -> concat(x, i)) AS l FROM t WHERE id = 1
-- !case
SELECT CASE WHEN n > 10 THEN 'big' WHEN n IS NULL THEN 'none' ELSE 'small' END AS size FROM t
-- !case
SELECT id, sum(n) OVER (ORDER BY id) AS s, lag(n, 1, -1) OVER (ORDER BY id) AS l FROM t
-- !case
SELECT coalesce(n, 0) DIV 4 AS d, coalesce(n, 0) % 4 AS m FROM t
-- !case
SELECT * FROM VALUES (1, 'x'), (2, 'y') AS v(a, b) WHERE a > 1
-- !case
SELECT id FROM t ORDER BY id FETCH FIRST 1 ROW ONLY
-- !raises
-- !case
SELECT TOP 1 id FROM t
-- !raises
-- !case
SELECT id FROM t INTERSECT SELECT n FROM t
-- !case
SELECT city FROM t UNION SELECT 'Rome' ORDER BY city
-- !case
SELECT id FROM t WHERE (city, id) IN (SELECT city, max(id) FROM t GROUP BY city)
-- !case
SELECT a.id FROM t AS a LEFT ANTI JOIN t AS b ON a.id = b.id - 1
-- !case
SELECT a.id FROM t AS a LEFT SEMI JOIN t AS b ON a.n = b.n
-- !case
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r
-- !answer
n:int
[1]
[2]
[3]
-- !case
DECLARE VARIABLE x INT DEFAULT 5;
SELECT x + 1 AS y
-- !case
DECLARE OR REPLACE VARIABLE x = 'a';
SET VAR x = (SELECT max(city) FROM t);
SELECT x AS y
-- !case
DECLARE VARIABLE a INT;
DECLARE VARIABLE b STRING;
SET VAR (a, b) = (SELECT id, city FROM t WHERE id = 2);
SELECT a, b
-- !case
DECLARE VARIABLE q STRING DEFAULT 'SELECT count(*) AS n FROM t WHERE id > :low';
EXECUTE IMMEDIATE q USING 1 AS low
-- !case
EXECUTE IMMEDIATE 'SELECT ? + ? AS s' USING 1, 2
-- !case
DECLARE VARIABLE r INT;
EXECUTE IMMEDIATE 'SELECT max(n) FROM t' INTO r;
SELECT r
-- !case
SET VAR nowhere = 1
-- !case
SELECT ai_query('model', city) AS a FROM t
-- !refused sql.not-emulated
-- !case
SELECT ai_classify(city, array('a', 'b')) AS a FROM t
-- !refused sql.not-emulated
-- !case
SELECT ai_summarize(city) AS a FROM t
-- !refused sql.not-emulated
-- !case
SELECT h3_longlatash3(10.5, 59.9, 7) AS h
-- !refused sql.not-emulated
-- !case
SELECT http_request(conn => 'c', method => 'GET', path => '/') AS h
-- !refused sql.not-emulated
-- !case
SELECT * FROM vector_search(index => 'a.b.c', query => 'x')
-- !refused sql.not-emulated
-- !case
SELECT secret('scope', 'key') AS s
-- !refused sql.not-emulated
-- !case
SELECT * FROM remote_query('conn', database => 'd', query => 'SELECT 1')
-- !refused sql.not-emulated
