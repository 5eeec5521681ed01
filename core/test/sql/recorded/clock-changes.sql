-- Days move by the calendar, then hours by the clock, whatever the sign: a generated statement found another hour beside a change of the clocks.
SELECT timestamp'2024-03-10 03:15:00' - interval '1 02:03:04' day to second, timestamp'2024-03-08 23:00:00' + interval '1 03:30:00' day to second;
SELECT timestamp'2024-03-10 12:00:00' - interval 1 day, timestamp'2024-11-04 01:30:00' - interval '1 00:30:00' day to second, timestamp'2024-11-04 01:30:00' - interval '24' hour;
SELECT t - i, t + i, t - interval '36' hour FROM VALUES (timestamp'2024-03-11 00:30:00', interval '1 22:30' day to minute), (timestamp'2024-11-03 12:00:00', interval '-0 11:30' day to minute) AS v(t, i);
-- A time without a zone that the clock skips is an hour later where a timestamp is taken, and itself where its parts are.
SELECT date_format(n, 'y-M-d H:m:s.SSSSSS'), date_format(n, 'VV xxx z'), to_char(n, 'y-M-d H:m:s'), hour(n), minute(n) FROM VALUES (timestamp_ntz'2024-03-10 02:30:00') AS t(n);
SELECT timestampdiff(MINUTE, n, timestamp'2024-03-10 04:00:00'), timestampdiff(MINUTE, n, m), timestampdiff(HOUR, d, n), timestampdiff(MONTH, timestamp_ntz'2024-02-10 03:00:00', n) FROM VALUES (timestamp_ntz'2024-03-10 02:30:00', timestamp_ntz'2024-03-10 04:00:00', date'2024-03-10') AS t(n, m, d);
SELECT months_between(n, timestamp_ntz'2024-02-09 03:00:00'), date_trunc('HOUR', n) = timestamp'2024-03-10 03:00:00' FROM VALUES (timestamp_ntz'2024-03-10 02:30:00') AS t(n);
SELECT date_format(n, 'y-M-d H:m:s XXX'), date_format(n, 'yyyy-MM-dd HH:mm') FROM VALUES (timestamp_ntz'2024-11-03 01:30:00'), (timestamp_ntz'9999-12-31 23:59:59.999999'), (timestamp_ntz'0001-01-01 00:00:00'), (timestamp_ntz'1582-10-10 10:10:10'), (NULL) AS t(n);
