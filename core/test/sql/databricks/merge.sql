-- MERGE INTO with all its clauses. Delta Lake answers itself, but for what is Databricks' alone.
-- https://docs.databricks.com/aws/en/sql/language-manual/delta-merge-into

-- !given
CREATE TABLE t (k INT, v STRING, n INT);
INSERT INTO t VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', NULL), (NULL, 'none', 0);
CREATE TABLE s (k INT, v STRING, n INT);
INSERT INTO s VALUES (1, 'A', 11), (2, 'B', NULL), (4, 'D', 44), (NULL, 'N', 1)

-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k <=> s.k WHEN MATCHED THEN UPDATE SET v = concat(t.v, s.v);
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN DELETE;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, lower(s.v));
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED BY TARGET THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED BY SOURCE THEN DELETE;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED BY SOURCE AND t.n IS NULL THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = 'gone', t.n = coalesce(t.n, 0) - 1;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED AND s.n IS NULL THEN DELETE WHEN MATCHED AND s.n > 5 THEN UPDATE SET n = s.n WHEN NOT MATCHED AND s.k IS NOT NULL THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = upper(v);
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED AND t.n > 15 THEN UPDATE SET n = t.n + coalesce(s.n, 100), v = s.v WHEN MATCHED AND t.n > 5 THEN UPDATE SET n = -1;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED AND s.k = 4 THEN INSERT (k, n) VALUES (s.k * 10, s.n) WHEN NOT MATCHED THEN INSERT (v) VALUES ('other');
SELECT * FROM t
-- !case
MERGE INTO t AS target USING s AS source ON target.k = source.k WHEN MATCHED THEN UPDATE SET target.v = source.v, n = source.n;
SELECT * FROM t
-- !case
MERGE INTO t x USING (SELECT k, max(n) AS n FROM s GROUP BY k) y ON x.k = y.k WHEN MATCHED THEN UPDATE SET n = y.n WHEN NOT MATCHED THEN INSERT (k, n) VALUES (y.k, y.n);
SELECT * FROM t
-- !case
MERGE INTO t USING (VALUES (1, 'x'), (9, 'y')) AS q(k, w) ON t.k = q.k WHEN MATCHED THEN UPDATE SET v = q.w WHEN NOT MATCHED THEN INSERT (k, v) VALUES (q.k, q.w);
SELECT * FROM t
-- Open Spark has no names for the columns of such a source.
-- !answer
k:int,v:string,n:int
[1,"x",10]
[9,"y",null]
[null,"none",0]
[2,"b",20]
[3,"c",null]
-- !case
MERGE INTO t USING (SELECT a.k, b.v FROM s AS a JOIN s AS b ON a.k = b.k WHERE a.k > 1) AS q ON t.k = q.k AND t.n > 0 WHEN MATCHED THEN UPDATE SET v = q.v;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k AND t.v = 'a' WHEN MATCHED THEN UPDATE SET n = 1 WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON false WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k AND s.k = 1 WHEN MATCHED THEN UPDATE SET v = (CASE WHEN s.n > t.n THEN 'more' ELSE 'less' END);
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k < s.k WHEN MATCHED THEN UPDATE SET v = 'x';
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k < s.k WHEN MATCHED THEN DELETE;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k < s.k WHEN MATCHED AND s.k = 4 THEN UPDATE SET v = 'x';
SELECT * FROM t
-- Databricks counts the source rows that meet ON and the clause's condition (since 16.0); open Delta Lake those that meet ON.
-- !answer
k:int,v:string,n:int
[1,"x",10]
[2,"x",20]
[3,"x",null]
[null,"none",0]
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET k = s.k + 100 WHEN NOT MATCHED BY SOURCE AND t.k = 3 THEN UPDATE SET k = 33;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = DEFAULT WHEN NOT MATCHED THEN INSERT (k, v, n) VALUES (s.k, DEFAULT, 5);
SELECT * FROM t
-- !judge
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = NULL WHEN NOT MATCHED THEN INSERT (k, v, n) VALUES (s.k, NULL, 5);
SELECT * FROM t
-- !case
MERGE INTO t USING t AS s ON t.k = s.k WHEN MATCHED THEN UPDATE SET n = s.n * 2;
SELECT * FROM t
-- !case
MERGE INTO t USING (SELECT * FROM s WHERE k > 100) AS s ON t.k = s.k WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING (WITH q AS (SELECT 1 AS k) SELECT * FROM q) AS s ON t.k = s.k WHEN MATCHED THEN DELETE;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET n = s.k + t.k WHEN NOT MATCHED THEN INSERT (n, v, k) VALUES (1, 'z', s.k);
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET n = t.n + 1;
SELECT * FROM t

-- Refused.
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = 'a' WHEN MATCHED THEN DELETE
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN INSERT *
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED THEN DELETE
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = s.v
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED THEN INSERT (k) VALUES (t.k)
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET nothing = 1
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = 'a', v = 'b'
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED THEN INSERT (k, K) VALUES (1, 2)
-- !raises sql.duplicate-column
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN NOT MATCHED THEN INSERT (k, v) VALUES (1)
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN UPDATE SET k = 'no number'
-- !case
MERGE INTO t USING s ON k = k WHEN MATCHED THEN DELETE
-- !case
MERGE INTO t USING s ON t.k = s.k
-- !case
MERGE INTO t USING s ON t.k = s.nothing WHEN MATCHED THEN DELETE
-- !case
MERGE INTO nowhere USING s ON nowhere.k = s.k WHEN MATCHED THEN DELETE
-- !case
MERGE INTO t USING s ON sum(t.k) = s.k WHEN MATCHED THEN DELETE
-- !case
MERGE INTO t USING s ON t.k WHEN MATCHED THEN DELETE
-- !case
MERGE INTO t USING s ON t.k = s.k WHEN MATCHED AND s.n THEN DELETE

-- Schema evolution, and sources that lack columns.
-- !given
CREATE TABLE t (id INT, v STRING);
INSERT INTO t VALUES (1, 'a'), (2, 'b');
CREATE TABLE s (id INT, extra DOUBLE, v STRING);
INSERT INTO s VALUES (2, 2.5, 'x'), (3, 3.5, 'y');
CREATE TABLE less (id INT);
INSERT INTO less VALUES (1), (7)
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !answer
id:int,v:string
[1,"a"]
[2,"x"]
[3,"y"]
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET extra = s.extra, v = s.v WHEN NOT MATCHED THEN INSERT (id, extra) VALUES (s.id, s.extra);
SELECT * FROM t
-- !case
MERGE INTO t USING less ON t.id = less.id WHEN MATCHED THEN UPDATE SET *
-- !case
MERGE INTO t USING less ON t.id = less.id WHEN NOT MATCHED THEN INSERT *
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING less ON t.id = less.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN DELETE;
SELECT * FROM t

-- Nested columns: by name, evolving inside.
-- !given
CREATE TABLE t (id INT, p STRUCT<a: INT, b: STRING>, l ARRAY<STRUCT<x: INT>>);
INSERT INTO t VALUES (1, named_struct('a', 1, 'b', 'one'), array(named_struct('x', 1))), (2, NULL, NULL);
CREATE TABLE s (id INT, p STRUCT<b: STRING, a: INT>, l ARRAY<STRUCT<x: INT>>);
INSERT INTO s VALUES (1, named_struct('b', 'uno', 'a', 10), NULL), (3, named_struct('b', 'tre', 'a', 30), array(named_struct('x', 3)));
CREATE TABLE more (id INT, p STRUCT<a: INT, b: STRING, c: DOUBLE>, l ARRAY<STRUCT<x: INT, y: INT>>);
INSERT INTO more VALUES (1, named_struct('a', 5, 'b', 'five', 'c', 5.5D), array(named_struct('x', 5, 'y', 6))), (4, named_struct('a', 4, 'b', 'four', 'c', 4.5D), NULL)
-- !case
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- Open Delta Lake makes an untouched NULL struct of a rewritten file one of NULLs; a NULL that nothing sets stays one here.
-- !answer
id:int,p:struct<a:int,b:string>,l:array<struct<x:int>>
[1,"{\"a\":10,\"b\":\"uno\"}",null]
[2,null,null]
[3,"{\"a\":30,\"b\":\"tre\"}","[{\"x\":3}]"]
-- !case
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET p = s.p;
SELECT id, p FROM t
-- !answer
id:int,p:struct<a:int,b:string>
[1,"{\"a\":10,\"b\":\"uno\"}"]
[2,null]
-- !case
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET p.a = s.p.a;
SELECT id, p FROM t
-- !answer
id:int,p:struct<a:int,b:string>
[1,"{\"a\":10,\"b\":\"one\"}"]
[2,null]
-- !case
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.p.b = 'set', t.p.a = t.p.a + 1;
SELECT id, p FROM t
-- !answer
id:int,p:struct<a:int,b:string>
[1,"{\"a\":2,\"b\":\"set\"}"]
[2,null]
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING (SELECT id, p FROM more) AS m ON t.id = m.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !answer
id:int,p:struct<a:int,b:string,c:double>,l:array<struct<x:int>>
[1,"{\"a\":5,\"b\":\"five\",\"c\":5.5}","[{\"x\":1}]"]
[2,null,null]
[4,"{\"a\":4,\"b\":\"four\",\"c\":4.5}",null]
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more ON t.id = more.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !answer
id:int,p:struct<a:int,b:string,c:double>,l:array<struct<x:int,y:int>>
[1,"{\"a\":5,\"b\":\"five\",\"c\":5.5}","[{\"x\":5,\"y\":6}]"]
[2,null,null]
[4,"{\"a\":4,\"b\":\"four\",\"c\":4.5}",null]
-- !case
MERGE INTO t USING more ON t.id = more.id WHEN MATCHED THEN UPDATE SET *
-- !case
UPDATE t SET p.a = 7, p.b = concat(p.b, '!') WHERE id = 1;
SELECT id, p FROM t
-- !answer
id:int,p:struct<a:int,b:string>
[1,"{\"a\":7,\"b\":\"one!\"}"]
[2,null]
-- !case
UPDATE t SET p.a = 7;
SELECT id, p FROM t
-- !case
UPDATE t SET p.nothing = 7
-- !case
UPDATE t SET p.a = 7, p = NULL
