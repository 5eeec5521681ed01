-- INSERT: by position and by name, partitions, REPLACE WHERE, REPLACE USING, REPLACE ON, defaults.
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-dml-insert-into

-- !given
CREATE TABLE t (id INT, name STRING DEFAULT 'anon', n DECIMAL(6,2)) TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported');
INSERT INTO t VALUES (1, 'a', 1.5), (2, 'b', NULL);
CREATE TABLE s (n DOUBLE, id BIGINT, name STRING);
INSERT INTO s VALUES (7.125, 7, 'seven'), (NULL, 8, NULL)
-- !case
INSERT INTO t VALUES (3, 'c', 3.456), (4, DEFAULT, DEFAULT);
SELECT * FROM t
-- !case
INSERT INTO t (id) VALUES (3);
SELECT * FROM t
-- !case
INSERT INTO t (n, id) VALUES (9.99, 3), (DEFAULT, 4);
SELECT * FROM t
-- !case
INSERT INTO t BY NAME SELECT * FROM s;
SELECT * FROM t
-- !case
INSERT INTO t BY NAME SELECT id FROM s;
SELECT * FROM t
-- !case
INSERT INTO t SELECT id, name, n FROM s;
SELECT * FROM t
-- !case
INSERT INTO t BY NAME SELECT 1 AS id, 2 AS nothing
-- !case
INSERT INTO t SELECT * FROM s WHERE id = 8
-- !case
INSERT INTO t TABLE s
-- !case
INSERT INTO TABLE t FROM s SELECT id, name, n WHERE id = 7;
SELECT * FROM t
-- !case
WITH q AS (SELECT id + 100 AS id, name, n FROM s) INSERT INTO t SELECT * FROM q;
SELECT * FROM t
-- !case
INSERT INTO t WITH q AS (SELECT id + 100 AS id, name, n FROM s) SELECT * FROM q;
SELECT * FROM t
-- !case
INSERT OVERWRITE t VALUES (9, 'z', 0);
SELECT * FROM t
-- !case
INSERT OVERWRITE TABLE t (id, name) SELECT id, name FROM s;
SELECT * FROM t
-- !case
INSERT OVERWRITE t BY NAME SELECT id, n FROM s;
SELECT * FROM t
-- !case
INSERT INTO t VALUES (1, 'a')
-- !case
INSERT INTO t VALUES (1, 'a', 2, 3)
-- !case
INSERT INTO t VALUES ('x', 'a', 2)
-- !case
INSERT INTO t VALUES (1, 'a', 123456.789)
-- !case
INSERT INTO t (id, id) VALUES (1, 2)
-- !case
INSERT INTO t (id, nope) VALUES (1, 2)
-- !case
INSERT INTO t VALUES (3000000000, 'a', 1)
-- !case
INSERT INTO nowhere VALUES (1)
-- !case
INSERT INTO t SELECT id, name, n FROM t;
INSERT INTO t SELECT id + 10, upper(name), n * 2 FROM t;
SELECT * FROM t
-- !case
INSERT INTO t REPLACE WHERE id = 1 VALUES (1, 'new', 2), (1, 'more', 3);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE id = 1;
INSERT INTO t VALUES (1, 'new', 2), (1, 'more', 3);
SELECT * FROM t
-- !case
INSERT INTO t REPLACE WHERE id >= 2 SELECT id, name, n FROM s;
SELECT * FROM t
-- !judge
DELETE FROM t WHERE id >= 2;
INSERT INTO t SELECT id, name, n FROM s;
SELECT * FROM t
-- !case
INSERT INTO t REPLACE WHERE id = 1 VALUES (2, 'outside', 2)
-- !raises delta.replace-where-violated
-- !case
INSERT INTO t REPLACE WHERE name = 'nobody' VALUES (5, 'nobody', 2);
SELECT * FROM t
-- !judge
INSERT INTO t VALUES (5, 'nobody', 2);
SELECT * FROM t

-- REPLACE USING: what has the same values in the columns goes; NULL equals nothing. REPLACE ON: what a row of the query matches goes.
-- !case
INSERT INTO t REPLACE USING (id) SELECT 1 AS id, 'new' AS name, 5 AS n UNION ALL SELECT 3, 'three', 6;
SELECT * FROM t
-- !judge
DELETE FROM t WHERE id IN (1, 3);
INSERT INTO t VALUES (1, 'new', 5), (3, 'three', 6);
SELECT * FROM t
-- !case
INSERT INTO t REPLACE USING (id, name) VALUES (1, 'a', 100), (2, 'other', 200);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE id = 1 AND name = 'a';
INSERT INTO t VALUES (1, 'a', 100), (2, 'other', 200);
SELECT * FROM t
-- !case
INSERT INTO t REPLACE USING (n) VALUES (5, 'x', NULL), (6, 'y', 1.5);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE n = 1.5;
INSERT INTO t VALUES (5, 'x', NULL), (6, 'y', 1.5);
SELECT * FROM t
-- !case
INSERT INTO t REPLACE USING (nothing) VALUES (5, 'x', NULL)
-- !raises
-- !case
INSERT INTO t REPLACE USING (id) SELECT id, name, n FROM s WHERE false;
SELECT * FROM t
-- !judge
SELECT * FROM t
-- !case
INSERT INTO t AS x REPLACE ON x.id = q.id (SELECT 1 AS id, 'new' AS name, 5 AS n) AS q;
SELECT * FROM t
-- !refused sql.not-emulated
-- !case
INSERT INTO t AS x REPLACE ON x.id <= q.id AND x.name <> q.name (SELECT id, name, n FROM s WHERE id = 7) AS q;
SELECT * FROM t
-- !refused sql.not-emulated
-- !case
INSERT INTO t AS x REPLACE ON x.n <=> q.n (SELECT 9 AS id, 'nulls' AS name, CAST(NULL AS DOUBLE) AS n) AS q;
SELECT * FROM t
-- !refused sql.not-emulated


-- Partitions.
-- !given
CREATE TABLE t (v INT, p STRING, d DATE) PARTITIONED BY (p, d);
INSERT INTO t VALUES (1, 'a', DATE'2024-01-01'), (2, 'a', DATE'2024-01-02'), (3, 'b', DATE'2024-01-01'), (4, NULL, NULL)
-- !case
INSERT INTO t PARTITION (p = 'c', d = '2024-03-01') VALUES (9);
SELECT * FROM t
-- !case
INSERT INTO t PARTITION (p = 'c') VALUES (9, DATE'2024-03-02');
SELECT * FROM t
-- !case
INSERT INTO t PARTITION (p = 'c', d) SELECT 9, DATE'2024-03-02';
SELECT * FROM t
-- !case
INSERT OVERWRITE t PARTITION (p = 'a', d = '2024-01-01') VALUES (100);
SELECT * FROM t
-- !case
INSERT OVERWRITE t PARTITION (p = 'a') VALUES (100, DATE'2025-01-01');
SELECT * FROM t
-- !case
INSERT OVERWRITE t PARTITION (p = NULL, d = NULL) VALUES (100);
SELECT * FROM t
-- !case
INSERT OVERWRITE t VALUES (100, 'a', DATE'2024-01-01');
SELECT * FROM t
-- !case
SET spark.sql.sources.partitionOverwriteMode = dynamic;
INSERT OVERWRITE t VALUES (100, 'a', DATE'2024-01-01');
SELECT * FROM t
-- !judge
INSERT OVERWRITE t PARTITION (p = 'a', d = '2024-01-01') VALUES (100);
SELECT * FROM t
-- !case
INSERT INTO t PARTITION (v = 1) VALUES ('a', DATE'2024-01-01')
-- !case
INSERT INTO t PARTITION (p = 'a', p = 'b') VALUES (1, DATE'2024-01-01')
-- !case
INSERT INTO t REPLACE WHERE p = 'a' AND d = '2024-01-01' VALUES (7, 'a', DATE'2024-01-01');
SELECT * FROM t
-- !judge
INSERT OVERWRITE t PARTITION (p = 'a', d = '2024-01-01') VALUES (7);
SELECT * FROM t
-- !case
INSERT INTO t REPLACE USING (p, d) VALUES (7, 'a', DATE'2024-01-01');
SELECT * FROM t
-- !judge
INSERT OVERWRITE t PARTITION (p = 'a', d = '2024-01-01') VALUES (7);
SELECT * FROM t
-- !case
DELETE FROM t WHERE p = 'a';
SELECT * FROM t
-- !case
DELETE FROM t WHERE p IS NULL OR v = 1;
SELECT * FROM t
-- !case
UPDATE t SET p = 'z' WHERE v < 3;
SELECT * FROM t

-- Structs, arrays and maps as they are stored.
-- !given
CREATE TABLE t (s STRUCT<a: INT, b: STRING>, l ARRAY<INT>, m MAP<STRING, INT>);
INSERT INTO t VALUES (named_struct('a', 1, 'b', 'x'), array(1, 2), map('k', 1))
-- !case
INSERT INTO t VALUES (named_struct('x', 2, 'y', 'z'), array(), map());
SELECT * FROM t
-- !case
INSERT INTO t VALUES (struct(1, 'q'), NULL, NULL);
SELECT * FROM t
-- !case
INSERT INTO t BY NAME SELECT array(5L) AS l, named_struct('b', 'bb', 'a', 3) AS s;
SELECT * FROM t
-- !case
INSERT INTO t VALUES (named_struct('a', 'no', 'b', 'z'), NULL, NULL)
-- !case
INSERT INTO t VALUES (NULL, array('x'), NULL)
-- !case
INSERT INTO t VALUES (named_struct('a', 1), NULL, NULL)
