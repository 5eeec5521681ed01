-- A NULL stays one where a double becomes an integer.
SELECT CAST(a AS INT), CAST(a AS BIGINT), CAST(a AS SMALLINT), CAST(a AS TINYINT) FROM VALUES (CAST(NULL AS DOUBLE)), (CAST('NaN' AS DOUBLE)), (1e300D), (-1e300D), (3.99D) AS t(a);
SELECT a * a FROM VALUES (CAST(12345678.90 AS DECIMAL(12,2))) AS t(a);
SELECT regr_count(a, '100%'), regr_avgy(a, '100%'), regr_avgx(a, '100%') FROM VALUES (1) AS t(a);
SELECT regr_count(b, a), regr_avgy(b, a), regr_avgx(b, a) FROM VALUES (1, 'x'), (2, '3') AS t(a, b);
SELECT make_date(2000, abs(locate(b, x) % 12), d) FROM VALUES ('a', X'61', 1), ('a', X'61', 31), ('b', X'61', 1), ('a', X'61', NULL) AS t(b, x, d);
SELECT make_date(2000, element_at(array(1), 0), 1);
