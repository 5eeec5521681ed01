/** Letters whose order and parts are the same in the ICU of DuckDB and in Spark's: Latin, Greek and Cyrillic. */
const KNOWN = String.raw`[\t-\r -~\x{a0}-\x{17f}\x{386}-\x{3ce}\x{400}-\x{45f}]`;

/** The first levels of ICU's sort key, which are parted by 01: letters, accents, case. */
const LEVELS = ['^(?:..)*?01', '^(?:..)*?01(?:..)*?01', '^.*$'];

/** The keys by which collated texts are compared, ordered and grouped. */
export const COLLATION_MACROS: readonly string[] = [
  'spark_lcase_key(s) AS CASE WHEN strlen(s) = length(s) THEN lower(s) ELSE spark_lcase_text(s) END',
  `spark_unicode_key(s) AS CASE WHEN regexp_full_match(s, '${KNOWN}*') THEN icu_sort_key(s, 'und')
    WHEN s IS NOT NULL THEN error('[NOT_EMULATED] The order of these letters by UNICODE: ' || s) END`,
  ...LEVELS.map((level, at) => `spark_unicode_key_${at + 1}(s) AS regexp_extract(spark_unicode_key(s), '${level}')`),
];
