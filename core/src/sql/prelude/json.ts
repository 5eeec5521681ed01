/** JSON as Spark's Jackson reader sees it. */
export const JSON_MACROS: readonly string[] = [
  // The first value of a text counts, whatever follows it.
  String.raw`spark_json_prefix(s) AS list_filter(list_transform(range(1, length(s) + 1), lambda i: s[1:i]),
      lambda p: (ends_with(p, '}') OR ends_with(p, ']')) AND json_valid(p))[1]`,
  String.raw`spark_json_single_quoted(s) AS contains(regexp_replace(s, '"(?:[^"\\]|\\.)*"?', '', 'g'), '''')`,
  `spark_json(s) AS CASE
    WHEN json_valid(s) THEN CAST(s AS JSON)
    WHEN NOT regexp_matches(s, '^\\s*[{\\[]') THEN NULL
    WHEN spark_json_prefix(s) IS NOT NULL THEN CAST(spark_json_prefix(s) AS JSON)
    WHEN spark_json_single_quoted(s) THEN error('[NOT_EMULATED] JSON with single quotes: ' || s)
    END`,
  // from_json reads an object; Spark unpacks an array into rows of which it takes the first, and of a repeated key the last value.
  // The lambda makes the keys once: a macro writes its argument out again wherever it stands.
  `spark_json_one_object(j, s) AS CASE
    WHEN json_type(j) = 'ARRAY' THEN error('[NOT_EMULATED] from_json of a JSON array: ' || s)
    WHEN json_type(j) = 'OBJECT'
      AND list_transform([json_keys(j)], lambda names: len(list_filter(names, lambda k, i: list_position(names, k) <> i)) > 0)[1]
      THEN error('[NOT_EMULATED] from_json of an object with a repeated key: ' || s)
    ELSE CAST(j AS JSON) END`,
  'spark_json_root(s) AS CASE WHEN json_valid(s) THEN spark_json_one_object(s, s) ELSE spark_json_one_object(spark_json(s), s) END',
  // The text of a whole value goes through a double: 1.10 is 1.1, as here, but Java writes very large and very small ones with an exponent.
  String.raw`spark_json_compound_text(t) AS CASE
    WHEN regexp_matches(regexp_replace(t, '"(?:[^"\\]|\\.)*"', '', 'g'), '[0-9][eE]|[0-9]{8}[.]|\b0[.]000[0-9]*[1-9]')
    THEN error('[NOT_EMULATED] The text of a JSON value with a very large or very small fraction: ' || t) ELSE t END`,
  `spark_json_text(v) AS CASE json_type(v)
    WHEN 'NULL' THEN NULL
    WHEN 'VARCHAR' THEN v->>'$'
    ELSE spark_json_compound_text(v->>'$') END`,
  // A STRING field of from_json keeps a number's own digits in some versions and not in others.
  `spark_json_field_text(v) AS CASE
    WHEN json_type(v) = 'DOUBLE' THEN error('[NOT_EMULATED] A STRING field that holds the JSON number ' || (v->>'$'))
    ELSE spark_json_text(v) END`,
  "spark_json_integral(v) AS CASE WHEN json_type(v) IN ('UBIGINT', 'BIGINT') THEN v->>'$' END",
  `spark_json_double(v) AS CASE
    WHEN json_type(v) IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN CAST(v->>'$' AS DOUBLE)
    WHEN json_type(v) = 'VARCHAR' AND (v->>'$') IN ('NaN', '+INF', '-INF', 'INF', 'Infinity', '+Infinity', '-Infinity')
      THEN CAST(replace(v->>'$', '+', '') AS DOUBLE) END`,
  "spark_json_boolean(v) AS CASE WHEN json_type(v) = 'BOOLEAN' THEN (v->>'$') = 'true' END",
  `spark_json_decimal(v) AS CASE WHEN json_type(v) IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN v->>'$'
    WHEN json_type(v) = 'VARCHAR' THEN spark_parse_decimal(v->>'$') END`,
  "spark_json_string(v) AS CASE WHEN json_type(v) = 'VARCHAR' THEN v->>'$' END",
  `spark_get_json_object(s, path) AS spark_json_text(json_extract(spark_json(s), path))`,
];
