/** JSON as Spark's Jackson reader sees it: by DuckDB where both agree, else by `spark_json_path` in JavaScript. */
export const JSON_MACROS: readonly string[] = [
  // The text of a whole value goes through Java's doubles and Jackson's escapes; DuckDB's is the same where it has neither.
  String.raw`spark_json_plain_text(t) AS NOT regexp_matches(t, '[\\]|[0-9][.][0-9]|[0-9][eE]|[0-9]{18}|-0|[NI][a-n]')`,
  // A value that is missing may be that of a later key of the same name: then the key stands in the text.
  String.raw`spark_json_found(v, s, original, key) AS CASE
    WHEN json_type(v) = 'VARCHAR' THEN v->>'$'
    WHEN json_type(v) IN ('UBIGINT', 'BOOLEAN', 'OBJECT', 'ARRAY') AND spark_json_plain_text(v->>'$') THEN v->>'$'
    WHEN v IS NULL AND NOT contains(s, '\') AND NOT contains(s, key) THEN NULL
    ELSE spark_json_path(s, original) END`,
  String.raw`spark_json_colon_found(v, s, key, steps) AS CASE
    WHEN json_type(v) = 'VARCHAR' THEN v->>'$'
    WHEN json_type(v) IN ('UBIGINT', 'BOOLEAN', 'OBJECT', 'ARRAY') AND spark_json_plain_text(v->>'$') THEN v->>'$'
    WHEN v IS NULL AND NOT contains(s, key) THEN NULL
    ELSE spark_json_colon(s, steps) END`,
  // DuckDB also reads NaN, Infinity, commas before a bracket's end, and half surrogates.
  String.raw`spark_json_strict(s) AS json_valid(s)
    AND NOT regexp_matches(s, '\\u|,\s*[\]}]|(?i:(?:^|[:\[,])\s*-?(?:nan|inf))')`,
  `spark_get_json_object(s, path, original, key) AS CASE WHEN spark_json_strict(s)
    THEN spark_json_found(json_extract(s, path), s, original, key) ELSE spark_json_path(s, original) END`,
  // Keys in the schema's order, by far the most frequent, save the other looks; without the first key `json_valid` counts the commas.
  // A text in order that is not valid is none in any order either.
  `spark_json_plain(s, after_first, in_order, in_any_order, key_twice) AS CASE WHEN regexp_full_match(s, after_first) THEN true
    WHEN regexp_full_match(s, in_order) THEN json_valid(s)
    WHEN regexp_full_match(s, in_any_order) THEN NOT regexp_matches(s, key_twice) ELSE false END`,
  // A path of `:`, whose names stand for keys in any case: `differing` tells of such keys.
  String.raw`spark_json_path_or(s, path, key, differing, steps) AS CASE
    WHEN spark_json_strict(s) AND NOT contains(s, '\') AND NOT differing
    THEN spark_json_colon_found(json_extract(s, path), s, key, steps) ELSE spark_json_colon(s, steps) END`,
  // A NULL within the struct would be no NULL.
  `spark_variant(t) AS list_transform([t], lambda __t: CASE WHEN __t IS NOT NULL THEN struct_pack(__variant := __t) END)[1]`,
];
