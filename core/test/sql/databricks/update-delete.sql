-- UPDATE and DELETE, with subqueries; TRUNCATE.
-- https://docs.databricks.com/aws/en/sql/language-manual/delta-update
-- https://docs.databricks.com/aws/en/sql/language-manual/delta-delete-from
-- Delta Lake takes no subqueries here, Databricks does: Spark is asked with what they give.

-- !given
CREATE TABLE t (id INT, v STRING, n INT);
INSERT INTO t VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', NULL), (4, NULL, 40);
CREATE TABLE s (id INT, w STRING);
INSERT INTO s VALUES (1, 'one'), (3, 'three'), (NULL, 'none')
-- !case
UPDATE t SET n = n + 1;
SELECT * FROM t
-- !case
UPDATE t SET v = 'x', n = NULL WHERE id IN (1, 4);
SELECT * FROM t
-- !case
UPDATE t AS a SET a.v = upper(a.v) WHERE a.n > 15 OR a.n IS NULL;
SELECT * FROM t
-- !case
UPDATE t SET v = 'in' WHERE id IN (SELECT id FROM s);
SELECT * FROM t
-- !judge
UPDATE t SET v = 'in' WHERE id IN (1, 3);
SELECT * FROM t
-- !case
UPDATE t SET v = 'out' WHERE id NOT IN (SELECT id FROM s WHERE id IS NOT NULL);
SELECT * FROM t
-- !judge
UPDATE t SET v = 'out' WHERE id NOT IN (1, 3);
SELECT * FROM t
-- !case
UPDATE t SET v = 'out' WHERE id NOT IN (SELECT id FROM s);
SELECT * FROM t
-- !judge
UPDATE t SET v = 'out' WHERE id NOT IN (1, 3, NULL);
SELECT * FROM t
-- !case
UPDATE t SET v = 'there' WHERE EXISTS (SELECT 1 FROM s WHERE s.id = t.id);
SELECT * FROM t
-- !judge
UPDATE t SET v = 'there' WHERE id IN (1, 3);
SELECT * FROM t
-- !case
UPDATE t SET v = 'max' WHERE n = (SELECT max(n) FROM t);
SELECT * FROM t
-- !judge
UPDATE t SET v = 'max' WHERE n = 40;
SELECT * FROM t
-- !case
UPDATE t SET n = (SELECT count(*) FROM s);
SELECT * FROM t
-- !judge
UPDATE t SET n = 3;
SELECT * FROM t
-- !case
UPDATE t SET v = (SELECT w FROM s WHERE s.id = t.id);
SELECT * FROM t
-- !judge
UPDATE t SET v = CASE id WHEN 1 THEN 'one' WHEN 3 THEN 'three' END;
SELECT * FROM t
-- !case
UPDATE t SET n = DEFAULT WHERE id = 1;
SELECT * FROM t
-- !judge
UPDATE t SET n = NULL WHERE id = 1;
SELECT * FROM t
-- !case
UPDATE t SET n = id, id = n WHERE n IS NOT NULL;
SELECT * FROM t
-- !case
UPDATE t SET n = '12' WHERE id = 1;
SELECT * FROM t
-- !case
UPDATE t SET n = 'x' WHERE id = 1
-- !case
UPDATE t SET nothing = 1
-- !case
UPDATE t SET n = 1, n = 2
-- !case
UPDATE t SET n = sum(n)
-- !case
UPDATE t SET n = 1 WHERE v
-- !case
UPDATE t SET n = 1 WHERE row_number() OVER (ORDER BY id) = 1
-- !case
UPDATE nowhere SET n = 1
-- !case
DELETE FROM t WHERE id = 1;
SELECT * FROM t
-- !case
DELETE FROM t;
SELECT * FROM t
-- !case
DELETE FROM t WHERE v <> 'a';
SELECT * FROM t
-- !case
DELETE FROM t WHERE id IN (SELECT id FROM s);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE id IN (1, 3);
SELECT * FROM t
-- !case
DELETE FROM t AS x WHERE NOT EXISTS (SELECT 1 FROM s WHERE s.id = x.id);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE id NOT IN (1, 3);
SELECT * FROM t
-- !case
DELETE FROM t WHERE n < (SELECT avg(n) FROM t);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE n < 70 / 3.0;
SELECT * FROM t
-- !case
DELETE FROM t WHERE false;
SELECT * FROM t
-- !case
DELETE FROM t WHERE NULL;
SELECT * FROM t
-- !case
DELETE FROM t WHERE (id, v) IN (SELECT id, 'a' FROM s);
SELECT * FROM t
-- !judge
DELETE FROM t WHERE (id = 1 AND v = 'a') OR (id = 3 AND v = 'a');
SELECT * FROM t
-- !case
DELETE FROM t WHERE n BETWEEN 10 AND 20 AND v LIKE '%b%';
SELECT * FROM t
-- !case
DELETE FROM t WHERE nothing = 1
-- !case
DELETE FROM t WHERE count(*) > 1
-- !case
TRUNCATE TABLE t;
SELECT * FROM t
-- !judge
DELETE FROM t;
SELECT * FROM t
-- !case
TRUNCATE TABLE nowhere
-- !raises
