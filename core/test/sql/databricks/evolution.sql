-- Columns that clauses name, and fields inside columns, under schema evolution.
-- !given
CREATE TABLE t (id INT, v STRING);
INSERT INTO t VALUES (1, 'a'), (2, 'b');
CREATE TABLE s (id INT, extra DOUBLE, other INT, v STRING);
INSERT INTO s VALUES (2, 2.5, 20, 'x'), (3, 3.5, 30, 'y')
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET extra = s.extra + 1;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET extra = 5;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.other = s.other;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET nosuch = s.extra
-- !case
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET extra = s.extra
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, other) VALUES (s.id, 7);
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (extra, id) VALUES (s.extra, s.id) WHEN NOT MATCHED BY SOURCE THEN UPDATE SET other = 9;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v, other = s.id WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING (SELECT id, id AS v, 1 AS Extra FROM s) AS q ON t.id = q.id WHEN MATCHED THEN UPDATE SET *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING (SELECT 'x' AS id, id AS k FROM s) AS q ON t.id = q.k WHEN MATCHED THEN UPDATE SET *

-- !given
CREATE TABLE t (id INT, p STRUCT<a: INT, b: STRING>, l ARRAY<STRUCT<x: INT>>, m MAP<STRING, STRUCT<x: INT>>);
INSERT INTO t VALUES (1, named_struct('a', 1, 'b', 'one'), array(named_struct('x', 1)), map('k', named_struct('x', 1))), (2, named_struct('a', 2, 'b', 'two'), NULL, NULL);
CREATE TABLE more (id INT, p STRUCT<a: INT, c: DOUBLE, b: STRING>, l ARRAY<STRUCT<x: INT, y: INT>>, m MAP<STRING, STRUCT<x: INT, y: INT>>);
INSERT INTO more VALUES (1, named_struct('a', 5, 'c', 5.5D, 'b', 'five'), array(named_struct('x', 5, 'y', 6)), map('k', named_struct('x', 5, 'y', 6))), (4, named_struct('a', 4, 'c', 4.5D, 'b', 'four'), NULL, map('n', named_struct('x', 4, 'y', 4)));
CREATE TABLE fewer (id INT, p STRUCT<a: INT>);
INSERT INTO fewer VALUES (1, named_struct('a', 9)), (5, named_struct('a', 50));
CREATE TABLE mixed (id INT, p STRUCT<z: INT, a: INT>, l ARRAY<STRUCT<y: INT>>);
INSERT INTO mixed VALUES (1, named_struct('z', 9, 'a', 90), array(named_struct('y', 9))), (6, named_struct('z', 6, 'a', 60), array(named_struct('y', 6)))
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more AS m ON t.id = m.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more AS m ON t.id = m.id WHEN MATCHED THEN UPDATE SET p = m.p, l = m.l;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more AS m ON t.id = m.id WHEN MATCHED THEN UPDATE SET p.c = m.p.c;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more AS m ON t.id = m.id WHEN MATCHED THEN UPDATE SET t.p.c = 1.5, p.a = 0;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more AS m ON t.id = m.id WHEN MATCHED THEN UPDATE SET p.nosuch = 1
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING more AS m ON t.id = m.id WHEN NOT MATCHED THEN INSERT (id, p) VALUES (m.id, m.p);
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING fewer AS f ON t.id = f.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE INTO t USING fewer AS f ON t.id = f.id WHEN MATCHED THEN UPDATE SET p = f.p
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING fewer AS f ON t.id = f.id WHEN MATCHED THEN UPDATE SET p = f.p;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING fewer AS f ON t.id = f.id WHEN NOT MATCHED THEN INSERT (id, p) VALUES (f.id, f.p);
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING mixed AS f ON t.id = f.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !case
MERGE WITH SCHEMA EVOLUTION INTO t USING mixed AS f ON t.id = f.id WHEN MATCHED THEN UPDATE SET p = f.p, l = f.l;
SELECT * FROM t
