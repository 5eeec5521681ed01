import { quoteText } from '../types/duckdb-type.ts';

/** What Spark's trimAll takes off: white space and control characters. */
const BLANK = String.raw`[\x00-\x20\x7f]*`;
const NUMBER = String.raw`[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?`;

function only(inner: string): string {
  return quoteText(`(?s)^${BLANK}${inner}${BLANK}$`);
}

const DATE = String.raw`([0-9]{4,6})(?:-([0-9]{1,2})(?:-([0-9]{1,2})(?:[ T].*)?)?)?`;
const TIME = String.raw`(?:[01]?[0-9]|2[0-3])(?::[0-5]?[0-9](?::[0-5]?[0-9](?:[.][0-9]*)?)?)?`;
const ZONED_TIME = String.raw`(?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](?:[.][0-9]*)?`;
const DAY = String.raw`[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}`;
/** Offsets go from -18:00 to +18:00, and minutes without a colon have two digits. */
const OFFSET = String.raw`[+-](?:(?:0?[0-9]|1[0-7])(?::[0-5]?[0-9])?|(?:0[0-9]|1[0-7])[0-5][0-9]|18(?::?00)?)`;
const ZONE = String.raw`Z|${OFFSET}|UTC|GMT|[A-Z][A-Za-z]+/[A-Za-z_/]+`;
/** A zone by a name that Java knows and that is not read here (`PST`, `GMT+8`), one beside a time of today, and years with a sign. */
const UNREAD_TIME = String.raw`[+-][0-9]{4,6}-.*|(?:${DAY}[ T]|T)?${ZONED_TIME} ?(?:[A-Za-z][A-Za-z0-9~/._+:-]*|[+-][0-9:]+)`;
const UNREAD_DATE = String.raw`[+-][0-9]{4,7}(?:-.*)?|[0-9]{7}(?:-.*)?`;
/** Every part there with all its digits, in range as far as that can be seen without the calendar. */
const ISO = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?`;

const LOCAL = `(?:${DAY}[ T]${TIME}|${DAY}|[0-9]{4,6}-[0-9]{1,2}|[0-9]{4,6})`;

/** Text to values as Spark 4 reads them (`Cast`, `SparkDateTimeUtils.parseTimestampString`); NULL for what it does not read. */
export const CAST_MACROS: readonly string[] = [
  `spark_must_parse(parsed, source, target) AS CASE WHEN source IS NULL OR parsed IS NOT NULL THEN parsed
    ELSE error('[CAST_INVALID_INPUT] The value ''' || source || ''' of the type STRING cannot be cast to ' || target
      || ' because it is malformed. Correct the value, or use try_cast.') END`,
  `spark_parse_integral(s) AS regexp_extract(s, ${only('([+-]?[0-9]+)')}, 1)`,
  // With ANSI off digits after a point are cut, and none before it are a zero.
  `spark_parse_integral_legacy(s) AS CASE WHEN regexp_full_match(s, ${only('[+-]?[.][0-9]*')}) THEN '0'
    ELSE regexp_extract(s, ${only('([+-]?[0-9]+)(?:[.][0-9]*)?')}, 1) END`,
  `spark_parse_decimal(s) AS regexp_extract(s, ${only(`(${NUMBER})`)}, 1)`,
  `spark_parse_double(s) AS CASE
    WHEN regexp_full_match(s, ${only(`${NUMBER}[dDfF]?`)}) THEN regexp_extract(s, ${only(`(${NUMBER})[dDfF]?`)}, 1)
    WHEN regexp_full_match(s, ${only('(?i:[+]?inf(?:inity)?)')}) THEN 'inf'
    WHEN regexp_full_match(s, ${only('(?i:-inf(?:inity)?)')}) THEN '-inf'
    WHEN regexp_full_match(s, ${only('(?i:nan)')}) THEN 'nan' END`,
  `spark_parse_boolean(s) AS CASE
    WHEN regexp_full_match(s, ${only('(?i:t|true|y|yes|1)')}) THEN true
    WHEN regexp_full_match(s, ${only('(?i:f|false|n|no|0)')}) THEN false END`,
  `spark_refuse_text(s, pattern) AS CASE WHEN regexp_full_match(s, pattern) THEN error('[NOT_EMULATED] Reading the date or time ' || s) END`,
  `spark_parse_date(s) AS CASE WHEN regexp_full_match(s, ${only(DATE)}) THEN
    TRY_CAST(regexp_replace(regexp_replace(regexp_extract(s, ${only(String.raw`([0-9]{4,6}(?:-[0-9]{1,2}(?:-[0-9]{1,2})?)?)(?:[ T].*)?`)}, 1),
      '^([0-9]{4,6})$', '\\1-1'), '^([0-9]{4,6}-[0-9]{1,2})$', '\\1-1') AS DATE)
    WHEN spark_refuse_text(s, ${only(`(?:${UNREAD_DATE})`)}) THEN NULL END`,
  // Missing parts are filled from the left: year, month, day, hour, minute, second; a fraction is cut at microseconds.
  String.raw`spark_fill_timestamp(s) AS TRY_CAST(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(s,
      '^([0-9]{4,6})$', '\1-1'), '^([0-9]{4,6}-[0-9]{1,2})$', '\1-1'),
      '[ T]([0-9]{1,2})$', ' \1:0:0'), '[ T]([0-9]{1,2}:[0-9]{1,2})$', ' \1:0'),
      '[.]([0-9]{0,6})[0-9]*$', '.\1') AS TIMESTAMP)`,
  `spark_parse_local(s) AS CASE WHEN regexp_full_match(s, ${only(LOCAL)}) THEN
    spark_fill_timestamp(regexp_extract(s, ${only(`(${LOCAL})`)}, 1))
    WHEN regexp_full_match(s, ${only(String.raw`(?:T${TIME}|(?:[01]?[0-9]|2[0-3]):[0-5]?[0-9](?::[0-5]?[0-9](?:[.][0-9]*)?)?)`)}) THEN
    spark_fill_timestamp(CAST(current_date AS VARCHAR) || ' ' || ltrim(regexp_extract(s, ${only('([^ ]*)')}, 1), 'T')) END`,
  // Where clocks go back Java takes the earlier of two instants, and DuckDB the later.
  String.raw`spark_at_zone(local_time, zone) AS CASE
    WHEN local_time IS NULL THEN NULL
    WHEN zone IN ('Z', 'UTC', 'GMT') THEN timezone('UTC', local_time)
    WHEN regexp_full_match(zone, '[+-].*') THEN timezone('UTC', local_time)
      - to_minutes((CASE WHEN zone[1] = '-' THEN -1 ELSE 1 END)
        * (CAST(regexp_extract(zone, '^.([0-9]{1,2})', 1) AS INTEGER) * 60
          + coalesce(TRY_CAST(regexp_extract(zone, '^.[0-9]{1,2}:([0-9]{1,2})$', 1) AS INTEGER),
            TRY_CAST(regexp_extract(zone, '^.[0-9]{2}([0-9]{2})$', 1) AS INTEGER), 0)))
    WHEN timezone(zone, timezone(zone, local_time) - to_hours(1)) = local_time THEN timezone(zone, local_time) - to_hours(1)
    ELSE timezone(zone, local_time) END`,
  `spark_parse_zoned(s) AS spark_at_zone(
    spark_fill_timestamp(regexp_extract(s, ${only(`(${DAY}[ T]${ZONED_TIME}) ?(?:${ZONE})`)}, 1)),
    regexp_extract(s, ${only(`${DAY}[ T]${ZONED_TIME} ?(${ZONE})`)}, 1))`,
  // As BigDecimal.toString writes it. @param t the plain text of a decimal of that scale, which is more than 6
  `spark_java_decimal_text(t, scale) AS CASE
    WHEN ltrim(t, '-.0') = '' THEN '0E-' || scale
    WHEN length(spark_digits(t)) - 1 - scale >= -6 THEN t
    ELSE CASE WHEN starts_with(t, '-') THEN '-' ELSE '' END || spark_digits(t)[1]
      || CASE WHEN length(spark_digits(t)) > 1 THEN '.' || spark_digits(t)[2:] ELSE '' END
      || 'E' || (length(spark_digits(t)) - 1 - scale) END`,
  `spark_digits(t) AS ltrim(replace(ltrim(t, '-'), '.', ''), '0')`,
  String.raw`spark_fraction_to_string(t) AS regexp_replace(t, '^(-?)[.]', '\10.')`,
  // Java writes a sign before years of more than four digits and before those that are no AD.
  `spark_year_text(y) AS (CASE WHEN y < 0 THEN '-' WHEN y > 9999 THEN '+' ELSE '' END) || lpad(CAST(abs(y) AS VARCHAR), CAST(greatest(4, length(CAST(abs(y) AS VARCHAR))) AS INTEGER), '0')`,
  `spark_date_text(d) AS CASE WHEN year(d) BETWEEN 1 AND 9999 THEN CAST(d AS VARCHAR) ELSE spark_year_text(year(d)) || strftime(d, '-%m-%d') END`,
  String.raw`spark_timestamp_text(t) AS CASE WHEN year(t) BETWEEN 1 AND 9999 THEN CAST(t AS VARCHAR)
    ELSE spark_year_text(year(t)) || strftime(t, '-%m-%d %H:%M:%S') || rtrim(rtrim(strftime(t, '.%f'), '0'), '.') END`,
  `spark_parse_any_timestamp(s) AS coalesce(spark_local_to_timestamp(spark_parse_local(s)), spark_parse_zoned(s),
    CASE WHEN regexp_full_match(s, ${only(`${DAY}[ T]${ZONED_TIME} ?(?:${ZONE})`)}) THEN NULL
      WHEN spark_refuse_text(s, ${only(`(?:${UNREAD_TIME})`)}) THEN NULL END)`,
  // As Java, JavaScript and most exports write it: one look instead of ten, and the same answer.
  `spark_parse_timestamp(s) AS CASE
    WHEN regexp_full_match(s, '${ISO}Z') THEN TRY_CAST(s AS TIMESTAMPTZ)
    WHEN regexp_full_match(s, '${ISO}') THEN spark_local_to_timestamp(TRY_CAST(s AS TIMESTAMP))
    ELSE spark_parse_any_timestamp(s) END`,
  // A day must be there, and a zone counts for nothing.
  `spark_parse_timestamp_ntz(s) AS CASE WHEN regexp_full_match(s, ${only(LOCAL)}) THEN
    spark_fill_timestamp(regexp_extract(s, ${only(`(${LOCAL})`)}, 1))
    WHEN regexp_full_match(s, ${only(`${DAY}[ T]${ZONED_TIME} ?(?:${ZONE})`)}) THEN
    spark_fill_timestamp(regexp_extract(s, ${only(`(${DAY}[ T]${ZONED_TIME}) ?(?:${ZONE})`)}, 1))
    WHEN spark_refuse_text(s, ${only(`(?:${UNREAD_TIME})`)}) THEN NULL END`,
  // Java's clocks stop at the ends of 64 bits, and DuckDB's before.
  `spark_seconds_timestamp(s) AS CASE WHEN s BETWEEN -9223372022400 AND 9223372036853 THEN make_timestamptz(s * 1000000)
    WHEN s IS NOT NULL THEN error('[NOT_EMULATED] A timestamp of ' || s || ' seconds.') END`,
  `spark_fraction_timestamp(d) AS CASE WHEN d BETWEEN -9223372022400 AND 9223372036853 THEN make_timestamptz(CAST(trunc(d * 1000000.0::DOUBLE) AS BIGINT))
    WHEN d IS NOT NULL THEN error('[NOT_EMULATED] A timestamp of ' || d || ' seconds.') END`,
  'spark_finite_timestamp(d) AS CASE WHEN isfinite(d) THEN spark_fraction_timestamp(d) END',
  // Beyond 64 bits Java's multiplication raises.
  `spark_micros_timestamp(m) AS CASE WHEN m BETWEEN -9223372022400000000 AND 9223372036853999999 THEN make_timestamptz(CAST(m AS BIGINT))
    WHEN m NOT BETWEEN -9223372036854775808 AND 9223372036854775807 THEN error('[ARITHMETIC_OVERFLOW] long overflow')
    WHEN m IS NOT NULL THEN error('[NOT_EMULATED] A timestamp of ' || m || ' microseconds.') END`,
  // Spark keeps bytes that are no UTF-8 in a text, which DuckDB cannot hold.
  `spark_text_of(b) AS CASE WHEN encode(decode(b, 'replace')) = b THEN decode(b, 'replace')
    WHEN b IS NOT NULL THEN error('[NOT_EMULATED] A text of bytes that are not UTF-8.') END`,
  'spark_epoch_seconds(t) AS CAST(floor(CAST(epoch_us(t) AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6))) AS BIGINT)',
  'spark_epoch_millis(t) AS CAST(floor(CAST(epoch_us(t) AS DECIMAL(19,0)) * CAST(0.001 AS DECIMAL(4,3))) AS BIGINT)',
  // Java's Double.toString: where it is plain, DuckDB's fewest digits are Java's.
  `spark_double_to_string(d) AS CASE WHEN abs(d) >= 0.001 AND abs(d) < 10000000 THEN CAST(d AS VARCHAR) ELSE spark_java_double(d) END`,
  `spark_float_to_string(d) AS CASE WHEN d <> 0 AND abs(d) < 10000000 AND d = trunc(d) THEN CAST(CAST(d AS INTEGER) AS VARCHAR) || '.0'
    ELSE spark_java_float(CAST(d AS DOUBLE)) END`,
];
