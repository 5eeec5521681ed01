-- What Spark computes while it plans, over tables of no row and of none that matters: statements that read and that change.
-- !given
CREATE TABLE e (k INT, s STRING);
CREATE TABLE t (k INT, s STRING);
INSERT INTO t VALUES (1, 'a')
-- !case
SELECT * FROM e WHERE k = 'x'
-- !case
SELECT k FROM e WHERE k > 'x' OR k = 3
-- !case
SELECT k FROM (SELECT k, 'x' + 1 AS b FROM e)
-- !case
SELECT b FROM (SELECT k, 'x' + 1 AS b FROM e)
-- !case
WITH c AS (SELECT * FROM t WHERE k = 99 AND k = 'x') SELECT k FROM c
-- !case
SELECT coalesce(k, 'x' + 1) AS c FROM e
-- !case
SELECT t.k FROM t JOIN e ON t.k = e.k AND e.s = 1 / 0
-- !case
CREATE TABLE n AS SELECT k, s FROM t WHERE k = 99 AND k = 'x'
-- !case
INSERT INTO e SELECT k, s FROM t WHERE k = 99 AND k = 'x'
-- !case
INSERT INTO e SELECT 'x' + 1, s FROM t WHERE k = 99
-- !case
DELETE FROM t WHERE k = 99 AND k = 'x'
-- !case
UPDATE t SET s = 'b' WHERE k = 99 AND k = 'x'
-- !case
MERGE INTO t USING (SELECT 7 AS k) u ON t.k = u.k AND t.k = 'x' WHEN MATCHED THEN DELETE
-- !case
MERGE INTO t USING e ON t.k = e.k WHEN MATCHED AND t.k = 'x' THEN DELETE;
SELECT * FROM t
-- !case
SELECT k FROM t WHERE k <> 1 AND 10 / (k - 1) > 1
-- !case
SELECT k FROM t WHERE 10 / (k - 1) > 1 AND s = 'a'
