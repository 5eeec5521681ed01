-- Numbers that are narrowed and compared: DuckDB compares the wide number, whether it fits or not.
SELECT a FROM VALUES (256S), (1S), (0S) AS t(a) WHERE CAST(try_cast(a AS TINYINT) AS BOOLEAN);
SELECT a, try_cast(a AS TINYINT) <> 0, try_cast(a AS DECIMAL(2,0)) <> 0, try_cast(a * 300000000000L AS INT) <> 0 FROM VALUES (256S), (1S), (0S), (NULL) AS t(a);
SELECT a FROM VALUES (300S), (1S) AS t(a) WHERE CAST(a AS TINYINT) = 1;
SELECT a FROM VALUES (300), (1) AS t(a) WHERE CAST(a AS DECIMAL(2,0)) = 1;
SELECT a FROM VALUES (4294967296L), (1L) AS t(a) WHERE CAST(timestamp_seconds(a) AS INT) = 1;
SELECT a, try_sum(b), try_sum(b) <> 0 FROM VALUES (1, 9223372036854775807L), (1, 9223372036854775807L), (2, 1L) AS t(a, b) GROUP BY a HAVING try_sum(b) <> 5;
SELECT a FROM VALUES (1, 9223372036854775807L), (1, 9223372036854775807L), (2, 1L) AS t(a, b) GROUP BY a HAVING sum(b) <> 5;
-- A decimal that an INT has no room for is NULL in what compares it, too.
SELECT try_cast(w AS INT) <> 0, boolean(try_cast(w AS INT)), try_cast(w AS INT) IS NULL, try_cast(w AS BIGINT) = 5 FROM VALUES (CAST('1234567890123456789012345678.0123456789' AS DECIMAL(38,10))) AS t(w);
SELECT a FROM VALUES (1, CAST('0.0000000005' AS DECIMAL(38,10))), (2, CAST('-2.0000000001' AS DECIMAL(38,10))), (3, CAST('1234567890123456789012345678.0123456789' AS DECIMAL(38,10))) AS t(a, w) WHERE boolean(try_cast(w AS INT));
SELECT CAST(w AS INT) <> 0 FROM VALUES (CAST('1234567890123456789012345678.0123456789' AS DECIMAL(38,10))) AS t(w);
