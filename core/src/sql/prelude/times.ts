import { quoteText } from '../types/duckdb-type.ts';

const CLOCK = String.raw`[\x00-\x20]*T?([0-9]{1,2}):([0-5]?[0-9])(?::([0-5]?[0-9])(?:[.]([0-9]*))?)? *(AM|PM|am|pm|Am|Pm|aM|pM)?[\x00-\x20]*`;

const part = (group: number): string => `regexp_extract(s, ${quoteText(`^${CLOCK}$`)}, ${group})`;

/** Times of day: Spark's TIME, which DuckDB's TIME holds to the microsecond. */
export const TIME_MACROS: readonly string[] = [
  "spark_time(us) AS TIME '00:00:00' + to_microseconds(us)",
  'spark_time_micros(t) AS hour(t) * 3600000000 + minute(t) * 60000000 + microsecond(t)',
  // Digits beyond microseconds are cut.
  "spark_time_of(h, m, s, f) AS spark_time(h * 3600000000 + CAST(m AS BIGINT) * 60000000 + coalesce(TRY_CAST(s AS BIGINT), 0) * 1000000 + CAST(rpad(left(f, 6), 6, '0') AS BIGINT))",
  // The hour goes from 0 to 23, or from 1 to 12 before AM or PM.
  `spark_parse_time(s) AS CASE WHEN regexp_full_match(s, ${quoteText(CLOCK)}) THEN
    CASE WHEN ${part(5)} = '' AND CAST(${part(1)} AS BIGINT) < 24
      THEN spark_time_of(CAST(${part(1)} AS BIGINT), ${part(2)}, ${part(3)}, ${part(4)})
    WHEN ${part(5)} <> '' AND CAST(${part(1)} AS BIGINT) BETWEEN 1 AND 12
      THEN spark_time_of(CAST(${part(1)} AS BIGINT) % 12 + CASE WHEN lower(${part(5)}) = 'pm' THEN 12 ELSE 0 END, ${part(2)}, ${part(3)}, ${part(4)}) END END`,
  `spark_shift_time(t, us) AS CASE WHEN t IS NULL OR us IS NULL THEN NULL
    WHEN spark_time_micros(t) + us NOT BETWEEN 0 AND 86399999999
    THEN error('[DATETIME_OVERFLOW] Datetime operation overflow: the time ' || CAST(t AS VARCHAR) || ' would leave its day.')
    ELSE spark_time(spark_time_micros(t) + us) END`,
  'spark_try_shift_time(t, us) AS CASE WHEN spark_time_micros(t) + us BETWEEN 0 AND 86399999999 THEN spark_time(spark_time_micros(t) + us) END',
  `spark_make_time(h, m, s) AS CASE WHEN h IS NULL OR m IS NULL OR s IS NULL THEN NULL
    WHEN h NOT BETWEEN 0 AND 23 OR m NOT BETWEEN 0 AND 59 OR s < 0 OR s >= 60
    THEN error('[DATETIME_FIELD_OUT_OF_BOUNDS] There is no time ' || h || ':' || m || ':' || s || '.')
    ELSE spark_time(CAST(h AS BIGINT) * 3600000000 + CAST(m AS BIGINT) * 60000000 + CAST(s * 1000000 AS BIGINT)) END`,
  `spark_time_unit(unit) AS CASE upper(unit) WHEN 'HOUR' THEN 3600000000 WHEN 'MINUTE' THEN 60000000 WHEN 'SECOND' THEN 1000000
    WHEN 'MILLISECOND' THEN 1000 WHEN 'MICROSECOND' THEN 1
    ELSE CASE WHEN unit IS NOT NULL THEN error('[INVALID_PARAMETER_VALUE.TIME_UNIT] No unit of a time: ' || unit) END END`,
  'spark_time_trunc(unit, t) AS CASE WHEN t IS NOT NULL THEN spark_time(spark_time_micros(t) // spark_time_unit(unit) * spark_time_unit(unit)) END',
  `spark_time_diff(unit, a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL
    THEN spark_truncated_quotient(spark_time_micros(b) - spark_time_micros(a), spark_time_unit(unit)) END`,
  `spark_must_time(parsed, source, pattern) AS CASE WHEN source IS NULL OR pattern IS NULL OR parsed IS NOT NULL THEN parsed
    ELSE error('[CANNOT_PARSE_TIME] ''' || source || ''' does not fit the pattern ' || pattern || '. Use try_to_time.') END`,
  'spark_truncated_quotient(n, d) AS sign(n) * (abs(n) // d)',
];
