-- SQL scripts, session variables, EXECUTE IMMEDIATE, comments, SHOW and DESCRIBE, grants and tags.
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-scripting
-- https://docs.databricks.com/aws/en/sql/language-manual/control-flow/compound-stmt
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-aux-execute-immediate
-- The answers follow from the statements.

-- !given
-- !case
BEGIN
  DECLARE a INT DEFAULT 1;
  SET a = a + 1;
  SELECT a AS n;
END
-- !answer
n:int
[2]
-- !case
BEGIN
  DECLARE i INT DEFAULT 0;
  DECLARE total INT DEFAULT 0;
  WHILE i < 5 DO
    SET i = i + 1;
    SET total = total + i;
  END WHILE;
  SELECT i, total;
END
-- !answer
i:int,total:int
[5,15]
-- !case
BEGIN
  DECLARE i INT DEFAULT 0;
  REPEAT
    SET i = i + 2;
  UNTIL i > 4 END REPEAT;
  SELECT i AS n;
END
-- !answer
n:int
[6]
-- !case
BEGIN
  DECLARE i INT DEFAULT 0;
  counting: LOOP
    SET i = i + 1;
    IF i = 3 THEN LEAVE counting; END IF;
  END LOOP counting;
  SELECT i AS n;
END
-- !answer
n:int
[3]
-- !case
BEGIN
  DECLARE i INT DEFAULT 0;
  DECLARE odd INT DEFAULT 0;
  counting: WHILE i < 6 DO
    SET i = i + 1;
    IF i % 2 = 0 THEN ITERATE counting; END IF;
    SET odd = odd + 1;
  END WHILE;
  SELECT odd AS n;
END
-- !answer
n:int
[3]
-- !case
BEGIN
  DECLARE total BIGINT DEFAULT 0;
  FOR one AS SELECT id FROM range(4) DO
    SET total = total + one.id;
  END FOR;
  SELECT total AS n;
END
-- !answer
n:bigint
[6]
-- !case
BEGIN
  DECLARE n INT DEFAULT 5;
  DECLARE size STRING;
  IF n > 10 THEN SET size = 'big';
  ELSEIF n > 3 THEN SET size = 'middle';
  ELSE SET size = 'small';
  END IF;
  SELECT size AS s;
END
-- !answer
s:string
["middle"]
-- !case
BEGIN
  DECLARE n INT DEFAULT 2;
  DECLARE s STRING;
  CASE n WHEN 1 THEN SET s = 'one'; WHEN 2 THEN SET s = 'two'; ELSE SET s = 'many'; END CASE;
  SELECT s AS t;
END
-- !answer
t:string
["two"]
-- !case
BEGIN
  DECLARE n INT DEFAULT 7;
  DECLARE s STRING;
  CASE WHEN n < 5 THEN SET s = 'few'; ELSE SET s = 'many'; END CASE;
  SELECT s AS t;
END
-- !answer
t:string
["many"]
-- !case
BEGIN
  DECLARE s STRING DEFAULT 'none';
  DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO
    SELECT 'caught' AS s;
  SELECT 1 / 0 AS n;
END
-- !answer
s:string
["caught"]
-- !case
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
    SELECT 'any' AS s;
  SELECT CAST('x' AS INT) AS n;
END
-- !answer
s:string
["any"]
-- !case
BEGIN
  DECLARE EXIT HANDLER FOR SQLSTATE '22012'
    SELECT 'state' AS s;
  SELECT 1 / 0 AS n;
END
-- !answer
s:string
["state"]
-- !case
BEGIN
  DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO
    SELECT 'caught' AS s;
  SELECT CAST('x' AS INT) AS n;
END
-- !raises
-- !case
BEGIN
  SELECT 1 / 0 AS n;
END
-- !raises
-- !case
BEGIN
  DECLARE CONTINUE HANDLER FOR DIVIDE_BY_ZERO
    SELECT 'on' AS s;
  SELECT 1 AS n;
END
-- !refused sql.not-emulated
-- !case
BEGIN
  DECLARE mine CONDITION FOR SQLSTATE '45000';
  DECLARE EXIT HANDLER FOR mine
    SELECT 'mine' AS s;
  SIGNAL mine SET MESSAGE_TEXT = 'stop';
END
-- !refused sql.not-emulated
-- !case
BEGIN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'stop';
END
-- !refused sql.not-emulated
-- !case
BEGIN
  DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO
    BEGIN
      RESIGNAL;
    END;
  SELECT 1 / 0 AS n;
END
-- !refused sql.not-emulated
-- !case
BEGIN
  DECLARE a INT DEFAULT 1;
  BEGIN
    DECLARE a INT DEFAULT 2;
    SET a = 3;
  END;
  SELECT a AS n;
END
-- !answer
n:int
[1]
-- !case
BEGIN
  outer_block: BEGIN
    DECLARE a INT DEFAULT 1;
    BEGIN
      DECLARE a INT DEFAULT 2;
      SELECT outer_block.a + a AS n;
    END;
  END;
END
-- !answer
n:int
[3]
-- !case
-- A label before the outermost BEGIN: open Spark has none there.
outermost: BEGIN
  SELECT 1 AS n;
END
-- !refused sql.syntax
-- !case
BEGIN
  DECLARE a INT;
  DECLARE a INT;
END
-- !raises
-- !case
BEGIN
  SELECT 1 AS n;
  DECLARE a INT;
END
-- !raises
-- !case
BEGIN
  SET nowhere = 1;
END
-- !raises
-- !case
BEGIN
  LEAVE nowhere;
END
-- !raises
-- !case
BEGIN
  WHILE true SELECT 1; END WHILE;
END
-- !raises
-- !case
BEGIN
  CREATE TABLE made (id INT);
  FOR one AS SELECT id FROM range(3) DO
    INSERT INTO made VALUES (one.id);
  END FOR;
  DELETE FROM made WHERE id = 1;
  SELECT * FROM made;
END
-- !answer
id:int
[0]
[2]
-- !case
BEGIN
  DECLARE q STRING DEFAULT 'SELECT :a * 2 AS n';
  EXECUTE IMMEDIATE q USING 4 AS a;
END
-- !answer
n:int
[8]
-- !case
BEGIN
  DECLARE a, b INT DEFAULT 3;
  SELECT a + b AS n;
END
-- !answer
n:int
[6]
-- !case
DECLARE VARIABLE a INT DEFAULT 1;
BEGIN
  SET a = 9;
END;
SELECT a AS n
-- !answer
n:int
[9]
-- !case
DECLARE VARIABLE b INT DEFAULT 1;
DROP TEMPORARY VARIABLE b;
SELECT b AS n
-- !raises
-- !case
DROP TEMPORARY VARIABLE IF EXISTS nothing;
SELECT 1 AS one
-- !answer
one:int
[1]
-- !case
DECLARE OR REPLACE VARIABLE d DATE DEFAULT DATE'2024-01-31';
SELECT add_months(d, 1) AS m
-- !answer
m:date
["2024-02-29"]
-- !case
DECLARE OR REPLACE VARIABLE c INT = 4;
SET VAR c = DEFAULT;
SELECT session.c AS n
-- !answer
n:int
[4]
-- !case
DECLARE OR REPLACE VARIABLE name STRING DEFAULT 'made';
CREATE TABLE IDENTIFIER(name) (id INT);
INSERT INTO IDENTIFIER(name) VALUES (5);
SELECT * FROM made
-- !answer
id:int
[5]
-- !case
EXECUTE IMMEDIATE 'SELECT 1; SELECT 2'
-- !raises
-- !case
EXECUTE IMMEDIATE 'SELECT :a AS n' USING 1 AS b
-- !raises
-- !case
EXECUTE IMMEDIATE 'SELECT ? AS n'
-- !raises
-- !case
CREATE FUNCTION twice(x INT) RETURNS INT RETURN x * 2;
SELECT twice(4) AS n
-- !answer
n:int
[8]
-- !case
CREATE FUNCTION low(x INT, y INT DEFAULT 3) RETURNS INT RETURN least(x, y);
SELECT low(9) AS a, low(y => 1, x => 2) AS b
-- !answer
a:int,b:int
[3,1]
-- !case
CREATE FUNCTION pairs(n INT) RETURNS TABLE (id INT, sq INT) RETURN SELECT v.id, v.id * v.id FROM VALUES (1), (2), (3) AS v(id) WHERE v.id < n;
SELECT * FROM pairs(3)
-- !answer
id:int,sq:int
[1,1]
[2,4]
-- !case
CREATE FUNCTION py(x INT) RETURNS INT LANGUAGE PYTHON AS $$ return x + 1 $$;
SELECT py(1) AS n
-- !refused sql.not-emulated

-- !given
CREATE TABLE t (id INT COMMENT 'the key', v STRING) COMMENT 'a table';
INSERT INTO t VALUES (1, 'a'), (2, 'b')
-- !case
SHOW COLUMNS IN t
-- !answer
col_name:string
["id"]
["v"]
-- !case
DESCRIBE TABLE t
-- !answer
col_name:string,data_type:string,comment:string
["id","int","the key"]
["v","string",null]
-- !case
DESCRIBE QUERY SELECT id, concat(v, 'x') AS w FROM t
-- !answer
col_name:string,data_type:string,comment:string
["id","int","the key"]
["w","string",null]
-- !case
DESCRIBE t nothing
-- !raises
-- !case
COMMENT ON COLUMN t.v IS 'letters';
DESCRIBE TABLE t
-- !answer
col_name:string,data_type:string,comment:string
["id","int","the key"]
["v","string","letters"]
-- !case
COMMENT ON TABLE nowhere IS 'x'
-- !raises
-- !case
COMMENT ON TABLE t IS NULL;
SELECT count(*) AS c FROM t
-- !answer
c:bigint
[2]
-- !case
ALTER TABLE t SET TBLPROPERTIES ('shop.owner' = 'me');
SHOW TBLPROPERTIES t ('shop.owner')
-- !answer
key:string,value:string
["shop.owner","me"]
-- !case
DESCRIBE TABLE nowhere
-- !raises
-- !case
SHOW COLUMNS IN nowhere
-- !raises
-- !case
ALTER TABLE t ADD COLUMN z INT FIRST
-- !refused sql.not-emulated
-- !case
VACUUM t FULL
-- !refused sql.not-emulated
-- !case
OPTIMIZE t FULL
-- !refused sql.not-emulated
-- !case
REORG TABLE t APPLY (PURGE)
-- !refused sql.not-emulated
-- !case
CREATE OR REPLACE TABLE copy SHALLOW CLONE t VERSION AS OF 1
-- !refused sql.not-emulated
-- !case
CREATE TABLE other (id INT) USING parquet
-- !refused sql.not-emulated
-- !case
CREATE TABLE other (id INT) LOCATION 'abfss://a@b.dfs.core.windows.net/c'
-- !refused sql.not-emulated
-- !case
INSERT OVERWRITE t SELECT id + 10, v FROM t WHERE id = 1;
SELECT * FROM t
-- !answer
id:int,v:string
[11,"a"]
-- !case
TRUNCATE TABLE t;
SELECT count(*) AS c FROM t
-- !answer
c:bigint
[0]
-- !case
CREATE VIEW w AS SELECT id FROM t WHERE id > 1;
INSERT INTO t VALUES (3, 'c');
SELECT * FROM w
-- !answer
id:int
[2]
[3]
-- !case
CREATE TEMPORARY VIEW w (k) AS SELECT id FROM t;
SELECT k FROM w
-- !answer
k:int
[1]
[2]
-- !case
CREATE TABLE c LIKE t;
SELECT count(*) AS n FROM c
-- !refused sql.not-emulated
-- !case
ALTER TABLE t RENAME TO u;
SELECT count(*) AS n FROM u
-- !answer
n:bigint
[2]
-- !case
GRANT SELECT ON TABLE t TO `somebody@example.com`;
SELECT count(*) AS n FROM t
-- !answer
n:bigint
[2]
-- !case
GRANT FLY ON TABLE t TO `somebody@example.com`
-- !raises
