-- What a first file of recorded answers looks like: integers, decimals and their errors.
SELECT 7 DIV 2, -7 % 3, 1.5 + 2.25, 10.0 / 4;
SELECT 1 / 0;
SELECT 2147483647 + 1;
SELECT a, sum(b) FROM VALUES (1, 2.5), (1, 1.25), (2, NULL) AS t(a, b) GROUP BY a ORDER BY a;
