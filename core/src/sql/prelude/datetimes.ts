/** Date and time functions. Wall-clock parts are read in the session's zone by casting to TIMESTAMP first. */
export const DATETIME_MACROS: readonly string[] = [
  'spark_packed_day(d) AS (year(d) * 12 + month(d) - 1) * 32 + day(d)',
  `spark_months_between_exactly(a, b, seconds_a, seconds_b) AS CASE
    WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(a) AND CAST(b AS DATE) = last_day(b))
      THEN CAST((year(a) - year(b)) * 12 + month(a) - month(b) AS DOUBLE)
    ELSE ((year(a) - year(b)) * 12 + month(a) - month(b))::DOUBLE
      + ((day(a) - day(b)) * 86400 + seconds_a - seconds_b)::DOUBLE / 2678400.0::DOUBLE END`,
  'spark_months_between(a, b, seconds_a, seconds_b) AS spark_round_double(spark_months_between_exactly(a, b, seconds_a, seconds_b), 8)',
  // The wall-clock time of an instant in a zone of spark_zone's.
  `spark_in_zone(t, zone) AS CASE WHEN zone[1] IN ('+', '-')
    THEN timezone('UTC', t) + (timezone('UTC', TIMESTAMP '1970-01-02 00:00:00') - spark_at_zone(TIMESTAMP '1970-01-02 00:00:00', zone))
    ELSE timezone(zone, t) END`,
  `spark_must_format(parsed, source, pattern) AS CASE WHEN source IS NULL OR parsed IS NOT NULL THEN parsed
    ELSE error('[CANNOT_PARSE_TIMESTAMP] ''' || source || ''' does not fit the pattern ' || pattern || '. Use try_to_timestamp.') END`,
  'spark_make_date(y, m, d) AS make_date(y, m, d)',
  // Whole months from a to b as Java's ChronoUnit counts them: by year, month and day alone, a day that is not full taken off.
  `spark_months_apart(a, b) AS (spark_packed_day(CAST(b AS DATE) + CASE
      WHEN CAST(b AS DATE) > CAST(a AS DATE) AND CAST(b AS TIME) < CAST(a AS TIME) THEN -1
      WHEN CAST(b AS DATE) < CAST(a AS DATE) AND CAST(b AS TIME) > CAST(a AS TIME) THEN 1 ELSE 0 END)
    - spark_packed_day(CAST(a AS DATE))) // 32`,
  // Intervals: whole days apart from the rest, as the calendar counts them.
  'spark_day_interval(us) AS to_days(CAST(us // 86400000000 AS INTEGER)) + to_microseconds(us % 86400000000)',
  "spark_interval_months(i) AS datepart('year', i) * 12 + datepart('month', i)",
  'spark_interval_micros(i) AS epoch_us(i)',
  // The parts below a month and below a day, apart.
  'spark_interval_clock(i) AS hour(i) * 3600000000 + minute(i) * 60000000 + microsecond(i)',
  'spark_calendar_interval_text(i) AS spark_calendar_text(CAST(spark_interval_months(i) AS BIGINT), CAST(day(i) AS BIGINT), CAST(spark_interval_clock(i) AS BIGINT))',
  `spark_move_date(d, i) AS CASE WHEN d IS NULL OR i IS NULL THEN NULL
    WHEN spark_interval_clock(i) <> 0 THEN error('[INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION] A date takes no interval with a part of a day: cast it to a timestamp.')
    ELSE CAST(d + i AS DATE) END`,
  'spark_try_interval_divide(n, d) AS CASE WHEN d <> 0 THEN spark_divide_half_up(n, d) END',
  `spark_interval_divide(n, d) AS CASE WHEN d = 0 THEN error('[INTERVAL_DIVIDED_BY_ZERO] Division by zero. Use try_divide.')
    ELSE spark_divide_half_up(n, d) END`,
  // Second 60 without a fraction is the next minute.
  `spark_make_local(y, mo, d, h, mi, s) AS CASE
    WHEN y IS NULL OR mo IS NULL OR d IS NULL OR h IS NULL OR mi IS NULL OR s IS NULL THEN NULL
    WHEN s < 0 OR s > 60 THEN error('[INVALID_FRACTION_OF_SECOND] The seconds must be from 0 to 60: ' || CAST(s AS VARCHAR))
    ELSE make_timestamp(y, mo, d, h, mi, 0.0) + to_microseconds(CAST(s * 1000000 AS BIGINT)) END`,
  `spark_try_make_local(y, mo, d, h, mi, s) AS CASE
    WHEN s < 0 OR s > 60 OR y NOT BETWEEN -290000 AND 294000 OR mo NOT BETWEEN 1 AND 12 OR d NOT BETWEEN 1 AND 31 THEN NULL
    WHEN h NOT BETWEEN 0 AND 23 OR mi NOT BETWEEN 0 AND 59 OR d > day(last_day(make_date(CAST(y AS BIGINT), CAST(mo AS BIGINT), 1))) THEN NULL
    ELSE make_timestamp(y, mo, d, h, mi, 0.0) + to_microseconds(CAST(s * 1000000 AS BIGINT)) END`,
];
