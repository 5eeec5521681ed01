-- Statements that the generated ones found different, each the shortest of its kind.
SELECT ceil(a), floor(a), ceil(ceil(a)), floor(floor(a)) FROM VALUES (CAST(1234.56 AS DECIMAL(12,2))) AS t(a);
SELECT a * a, a * (a - 1.5), ceil(a * a) * (a - ceil(2.35)) FROM VALUES (CAST(12345678.90 AS DECIMAL(12,2))), (CAST(-9999999999.99 AS DECIMAL(12,2))) AS t(a);
SELECT months_between(timestamp'2024-03-10 03:15:00', timestamp'1970-01-01 00:00:00'), months_between(timestamp'2024-11-03 01:30:00', timestamp'2024-03-11 12:00:00'), months_between(timestamp_ntz'2024-03-10 03:15:00', timestamp_ntz'1970-01-01 00:00:00'), months_between(date'2024-03-10', date'1970-01-31');
SELECT replace(replace(base64(repeat('a', n)), '\r', '<r>'), '\n', '<n>') FROM VALUES (0), (57), (58), (114), (115) AS t(n);
