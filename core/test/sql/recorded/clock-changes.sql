-- Days move by the calendar, then hours by the clock, whatever the sign: a generated statement found another hour beside a change of the clocks.
SELECT timestamp'2024-03-10 03:15:00' - interval '1 02:03:04' day to second, timestamp'2024-03-08 23:00:00' + interval '1 03:30:00' day to second;
SELECT timestamp'2024-03-10 12:00:00' - interval 1 day, timestamp'2024-11-04 01:30:00' - interval '1 00:30:00' day to second, timestamp'2024-11-04 01:30:00' - interval '24' hour;
SELECT t - i, t + i, t - interval '36' hour FROM VALUES (timestamp'2024-03-11 00:30:00', interval '1 22:30' day to minute), (timestamp'2024-11-03 12:00:00', interval '-0 11:30' day to minute) AS v(t, i);
