-- to_timestamp of numbers: seconds since 1970.
SELECT to_timestamp(1.5D), to_timestamp(1700000000L / 1000), to_timestamp(CAST(12.25 AS DECIMAL(10,3))), to_timestamp(5);
SELECT to_timestamp(CAST(-3 AS TINYINT)), to_timestamp(CAST(300 AS SMALLINT)), to_timestamp(-1.25F), to_timestamp(1700000000123L / 1000);
SELECT to_timestamp(CAST(NULL AS DOUBLE)), to_timestamp(CAST(NULL AS INT)), to_timestamp_ltz(1.5D), try_to_timestamp(-7);
SELECT to_timestamp(double('NaN'));
SELECT to_timestamp(double('Infinity'));
SELECT to_timestamp(float('-Infinity'));
SELECT try_to_timestamp(double('NaN')), try_to_timestamp(1.5D), try_to_timestamp(CAST(2.5 AS DECIMAL(5,2)));
SELECT typeof(to_timestamp(n)), to_timestamp(n) FROM VALUES (0.000001D), (-0.0000015D), (0.9999999D), (NULL) AS t(n);
SELECT to_timestamp(n) FROM VALUES (0.0000014BD), (-1.999999BD), (1.0000005BD) AS t(n);
SELECT CAST(a AS BIGINT), unix_seconds(a), try_cast(CAST(a AS BIGINT) AS DECIMAL(38,10)) FROM VALUES (timestamp'9999-12-31 23:59:59.999999'), (timestamp'1969-12-31 15:59:59.999999'), (timestamp'0001-01-01 00:00:00.000001'), (NULL) AS t(a);
