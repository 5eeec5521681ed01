-- Time travel, RESTORE, history and the change data feed.
-- https://docs.databricks.com/aws/en/delta/history
-- https://docs.databricks.com/aws/en/sql/language-manual/delta-restore
-- https://docs.databricks.com/aws/en/sql/language-manual/functions/table_changes
-- The answers follow from the statements that made the versions.

-- !given
CREATE TABLE t (id INT, v STRING) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true');
INSERT INTO t VALUES (1, 'a'), (2, 'b');
UPDATE t SET v = 'B' WHERE id = 2;
DELETE FROM t WHERE id = 1
-- !case
SELECT * FROM t VERSION AS OF 1
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
SELECT * FROM t VERSION AS OF 0
-- !answer
id:int,v:string
-- !case
SELECT * FROM t FOR VERSION AS OF 2
-- !answer
id:int,v:string
[1,"a"]
[2,"B"]
-- !case
SELECT * FROM t FOR SYSTEM_VERSION AS OF 2 WHERE id = 2
-- !answer
id:int,v:string
[2,"B"]
-- !case
SELECT * FROM t@v1
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
SELECT o.id, n.v FROM t@v1 AS o JOIN t@V2 n ON o.id = n.id WHERE o.v <> n.v
-- !answer
id:int,v:string
[2,"B"]
-- !case
SELECT * FROM t@v99
-- !raises
-- !case
SELECT * FROM t@20010101000000000
-- !raises
-- !case
SELECT * FROM t@29990101000000000
-- !raises
-- !case
SELECT * FROM t@1
-- !raises sql.syntax
-- !case
SELECT * FROM t@v
-- !raises sql.syntax
-- !case
DELETE FROM t@v1
-- !raises sql.syntax
-- !case
SELECT * FROM t VERSION AS OF '1'
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
SELECT a.id, a.v AS before, b.v AS now FROM t VERSION AS OF 1 AS a LEFT JOIN t AS b ON a.id = b.id
-- !answer
id:int,before:string,now:string
[1,"a",null]
[2,"b","B"]
-- !case
SELECT * FROM t TIMESTAMP AS OF '2999-01-01'
-- !raises
-- !case
SELECT * FROM t TIMESTAMP AS OF '2001-01-01'
-- !raises
-- !case
SELECT * FROM t VERSION AS OF 99
-- !raises
-- !case
SELECT * FROM t VERSION AS OF -1
-- !raises
-- !case
SELECT * FROM t VERSION AS OF 1 EXCEPT SELECT * FROM t
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
SELECT count(*) AS n FROM (SELECT * FROM t VERSION AS OF 1) AS old WHERE old.v = 'b'
-- !answer
n:bigint
[1]
-- !case
WITH old AS (SELECT * FROM t VERSION AS OF 1) SELECT max(id) AS m FROM old
-- !answer
m:int
[2]
-- !case
SELECT * FROM t TIMESTAMP AS OF current_timestamp()
-- !refused sql.not-emulated
-- !case
CREATE TABLE copy AS SELECT * FROM t VERSION AS OF 1;
SELECT * FROM copy
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
INSERT INTO t SELECT id + 10, v FROM t VERSION AS OF 1;
SELECT * FROM t
-- !answer
id:int,v:string
[2,"B"]
[11,"a"]
[12,"b"]
-- !case
RESTORE TABLE t TO VERSION AS OF 1;
SELECT * FROM t
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
RESTORE t VERSION AS OF 2;
SELECT * FROM t
-- !answer
id:int,v:string
[1,"a"]
[2,"B"]
-- !case
RESTORE TABLE t TO VERSION AS OF 77
-- !raises
-- !case
RESTORE TABLE t TO TIMESTAMP AS OF '2001-01-01'
-- !raises
-- !case
MERGE INTO t USING (SELECT * FROM t VERSION AS OF 1) AS old ON t.id = old.id WHEN MATCHED THEN UPDATE SET v = old.v WHEN NOT MATCHED THEN INSERT *;
SELECT * FROM t
-- !answer
id:int,v:string
[1,"a"]
[2,"b"]
-- !case
SELECT id, v, _change_type, _commit_version FROM table_changes('t', 1)
-- !answer
id:int,v:string,_change_type:string,_commit_version:bigint
[1,"a","insert",1]
[2,"b","insert",1]
[2,"b","update_preimage",2]
[2,"B","update_postimage",2]
[1,"a","delete",3]
-- !case
SELECT id, _change_type FROM table_changes('t', 2, 2)
-- !answer
id:int,_change_type:string
[2,"update_preimage"]
[2,"update_postimage"]
-- !case
SELECT * FROM table_changes('t', 9)
-- !raises
-- !case
SELECT id FROM table_changes('t', 3, 1)
-- !raises
-- !case
DELETE FROM t VERSION AS OF 1
-- !raises
-- !case
UPDATE t VERSION AS OF 1 SET v = 'x'
-- !raises
