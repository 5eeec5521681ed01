-- Texts filled up with nothing, and names that operators give their columns.
SELECT lpad(s, n, p), rpad(s, n, p), lpad(s, 5, ''), rpad(s, 2, ''), lpad(s, 5, p), rpad('x', n, p) FROM VALUES ('abc', 10, ''), ('abc', 2, ''), ('', 3, ''), ('日本', 1, ''), ('abc', -1, ''), ('abc', CAST(NULL AS INT), ''), (NULL, 4, ''), ('abc', 5, NULL), ('abc', 6, 'xy'), ('abc', -2, 'x') t(s, n, p);
SELECT a << 1, a >> 1, a >>> (1 + 1), shiftleft(a, 1), (a << 1) << b, a + 1 << 2 FROM VALUES (1, 2) t(a, b);
SELECT timestamp'2024-01-01 00:00:00' + NULL, a + NULL, NULL + a, b + NULL FROM VALUES (timestamp_ntz'2024-01-01 00:00:00', date'2024-01-01') t(a, b);
SELECT a + INTERVAL '1' DAY, INTERVAL '1' DAY + a, 2 + b, b + 2, NULL + a, a + NULL, a - NULL, NULL - a, a - INTERVAL '1' DAY, INTERVAL '1' MONTH + b, NULL + b FROM VALUES (timestamp_ntz'2024-01-01 00:00:00', date'2024-01-01') t(a, b);
SELECT b + make_interval(1), make_interval(1) + b, a - make_interval(1), make_interval(1) + a FROM VALUES (timestamp_ntz'2024-01-01 00:00:00', date'2024-01-01') t(a, b);
