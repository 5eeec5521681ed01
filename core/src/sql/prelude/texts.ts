/** String functions that count and cut as Spark does. */
export const TEXT_MACROS: readonly string[] = [
  // Java counts places in units of 16 bits.
  String.raw`spark_from_position(s, pos, rest) AS CASE WHEN s IS NULL OR rest IS NULL THEN NULL WHEN pos > length(s) THEN s
    WHEN regexp_matches(s, '[\x{10000}-\x{10ffff}]') THEN error('[NOT_EMULATED] A position in: ' || s) ELSE left(s, pos - 1) || rest END`,
  // Letters whose other case has more letters, or depends on the place (final sigma): Java knows them, DuckDB does not.
  String.raw`spark_plain_case(s) AS CASE
    WHEN regexp_matches(s, '[\x{df}\x{130}\x{149}\x{1f0}\x{390}\x{3a3}\x{3b0}\x{587}\x{1e96}-\x{1e9e}\x{1f50}-\x{1fff}\x{fb00}-\x{fb17}]')
    THEN error('[NOT_EMULATED] Changing the case of: ' || s) ELSE s END`,
  // ICU knows letters whose other case has more letters, or depends on the place (final sigma); DuckDB does not.
  'spark_lower(s) AS CASE WHEN strlen(s) = length(s) THEN lower(s) ELSE spark_lower_text(s) END',
  'spark_upper(s) AS CASE WHEN strlen(s) = length(s) THEN upper(s) ELSE spark_upper_text(s) END',
  // A position of 0 is 1; a negative one counts from the end and may lie before the start.
  'spark_substring_start(s, pos) AS CAST(CASE WHEN pos > 0 THEN pos - 1 WHEN pos < 0 THEN length(s) + pos ELSE 0 END AS BIGINT)',
  // To 2147483647 characters on: from the least position that is one character less than all.
  `spark_substring_to_end(s, pos) AS CASE WHEN pos IS NULL THEN NULL WHEN pos = -2147483648 THEN substring(s, 1, length(s) - 1)
    ELSE substring(s, greatest(spark_substring_start(s, pos), 0) + 1) END`,
  `spark_substring(s, pos, len) AS CASE
    WHEN s IS NULL OR pos IS NULL OR len IS NULL THEN NULL
    WHEN spark_substring_start(s, pos) + CAST(len AS BIGINT) <= greatest(spark_substring_start(s, pos), 0) THEN ''
    ELSE substring(s, greatest(spark_substring_start(s, pos), 0) + 1,
      spark_substring_start(s, pos) + CAST(len AS BIGINT) - greatest(spark_substring_start(s, pos), 0)) END`,
  // DuckDB raises where there is nothing to fill up with.
  ...['lpad', 'rpad'].map(
    (pad) =>
      `spark_${pad}(s, n, filled) AS CASE WHEN filled = '' AND n IS NOT NULL THEN left(s, greatest(n, 0)) ELSE ${pad}(s, n, filled) END`,
  ),
  'spark_left(s, n) AS spark_substring(s, 1, n)',
  "spark_right(s, n) AS CASE WHEN s IS NULL OR n IS NULL THEN NULL WHEN n <= 0 THEN '' ELSE right(s, n) END",
  // Java's $ also matches before a line's end at the very end, RE2's does not: no answer rather than another one.
  String.raw`spark_no_final_newline(s) AS CASE WHEN regexp_matches(s, '[\n\r\x{85}\x{2028}\x{2029}]\z')
    THEN error('[NOT_EMULATED] A pattern with $ met text that ends with a line break: ' || s) ELSE s END`,
  // The place is looked at first: one that is NULL is none. An empty text is at the first place, wherever one begins to look.
  `spark_locate(part, s, pos) AS CASE WHEN pos IS NULL THEN 0 WHEN part IS NULL OR s IS NULL THEN NULL WHEN pos < 1 THEN 0
    WHEN part = '' THEN 1
    WHEN strpos(substring(s, pos), part) = 0 THEN 0 ELSE strpos(substring(s, pos), part) + pos - 1 END`,
  "spark_chr(n) AS CASE WHEN n IS NULL THEN NULL WHEN n < 0 THEN '' ELSE chr(CAST(n % 256 AS INTEGER)) END",
  // Java's MIME encoder ends a line after 76 characters.
  String.raw`spark_base64(b) AS CASE WHEN octet_length(b) <= 57 THEN to_base64(b)
    ELSE regexp_replace(regexp_replace(to_base64(b), '(.{76})', '\1' || chr(13) || chr(10), 'g'), '\r\n$', '') END`,
];
