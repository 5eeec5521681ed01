/** Arrays: positions from 0 in `a[i]`, from 1 in `element_at`. */
export const COLLECTION_MACROS: readonly string[] = [
  'spark_element_or_null(a, i) AS CASE WHEN i < 0 THEN NULL ELSE list_extract(a, i + 1) END',
  `spark_element(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL
    WHEN i < 0 OR i >= len(a) THEN error('[INVALID_ARRAY_INDEX] The index ' || i || ' is out of bounds: the array has ' || len(a) || ' elements. Use get.')
    ELSE list_extract(a, i + 1) END`,
  `spark_element_at_or_null(a, i) AS CASE WHEN i = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index ' || i || ' is invalid: the first element has index 1.')
    WHEN a IS NOT NULL AND i = -2147483648 THEN error('[INTERNAL_ERROR] Spark fails with the index ' || i || ', which has no opposite.')
    ELSE list_extract(a, i) END`,
  `spark_element_at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL
    WHEN i = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index ' || i || ' is invalid: the first element has index 1.')
    WHEN abs(i) > len(a) THEN error('[INVALID_ARRAY_INDEX_IN_ELEMENT_AT] The index ' || i || ' is out of bounds: the array has ' || len(a) || ' elements. Use try_element_at.')
    ELSE list_extract(a, i) END`,
  `spark_joined(texts, separator) AS CASE WHEN len(texts) > 0 THEN list_reduce(texts, lambda a, b: a || separator || b) END`,
  // What all rows have, of pairs of a value and its text.
  `spark_only_value(pairs, ignoring, name) AS list_transform([list_filter(pairs, lambda p: NOT ignoring OR struct_extract(p, 'v') IS NOT NULL)], lambda l: CASE
    WHEN len(l) > 1 THEN error('[NOT_EMULATED] ' || name || ' met several values, of which Spark gives any. Use min_by or max_by, or OVER (... ORDER BY ...).')
    ELSE struct_extract(l[1], 'v') END)[1]`,
  // The most frequent of counted values; of several the least or greatest, and none where the order does not say which.
  `spark_most_frequent(counts) AS list_transform([counts], lambda h: list_transform(list_filter(map_entries(h), lambda e: struct_extract(e, 'value') = list_max(map_values(h))), lambda e: struct_extract(e, 'key')))[1]`,
  `spark_mode(counts, pick) AS list_transform([spark_most_frequent(counts)], lambda keys: CASE WHEN pick = 'least' THEN list_min(keys) WHEN pick = 'greatest' THEN list_max(keys)
      WHEN len(keys) > 1 THEN error('[NOT_EMULATED] mode met several values that are equally frequent: Spark gives any of them. Say mode() WITHIN GROUP (ORDER BY ...).')
      ELSE keys[1] END)[1]`,
  `spark_mode_of_doubles(counts, pick) AS CASE WHEN list_contains(map_keys(counts), 0) THEN error('[NOT_EMULATED] mode of doubles met a zero, of which Spark has two.')
    ELSE spark_mode(counts, pick) END`,
  // The first of each, in their order; NULL counts as a value.
  'spark_array_distinct(a) AS list_filter(a, lambda v, i: list_position(a, v) = i)',
  `spark_comparison(n) AS CASE WHEN n IS NULL THEN error('[COMPARATOR_RETURNS_NULL] The comparator has returned a NULL. It must return a positive integer, 0 or a negative one.') ELSE n END`,
  'spark_any(tests) AS CASE WHEN list_contains(tests, true) THEN true WHEN len(tests) > list_count(tests) THEN NULL WHEN tests IS NOT NULL THEN false END',
  `spark_sequence(a, b, s) AS CASE WHEN a IS NULL OR b IS NULL OR s IS NULL THEN NULL
    WHEN (s > 0 AND a > b) OR (s < 0 AND a < b) OR (s = 0 AND a <> b)
      THEN error('[ILLEGAL_SEQUENCE_BOUNDARIES] Illegal sequence boundaries: ' || a || ' to ' || b || ' by ' || s)
    WHEN s = 0 THEN [a] ELSE range(a, b + CASE WHEN s > 0 THEN 1 ELSE -1 END, s) END`,
  // Moments from a to b by months, or by days and microseconds, each counted from the first: months have at least 28 days.
  `spark_moments(a, b, step, moved) AS CASE WHEN a IS NULL OR b IS NULL OR step IS NULL THEN NULL
    WHEN (step > 0 AND a > b) OR (step < 0 AND a < b) OR (step = 0 AND a <> b)
      THEN error('[ILLEGAL_SEQUENCE_BOUNDARIES] Illegal sequence boundaries: ' || CAST(a AS VARCHAR) || ' to ' || CAST(b AS VARCHAR))
    WHEN step = 0 THEN [a]
    ELSE list_filter(moved, lambda t: CASE WHEN step > 0 THEN t <= b ELSE t >= b END) END`,
  `spark_steps(a, b, step) AS CASE WHEN step <> 0 AND (b >= a) = (step > 0) OR a = b AND step <> 0 THEN range(0, abs(epoch_us(b) - epoch_us(a)) // abs(step) + 2) END`,
  `spark_slice(a, s, n) AS CASE WHEN a IS NULL OR s IS NULL OR n IS NULL THEN NULL
    WHEN s = 0 THEN error('[INVALID_PARAMETER_VALUE.START] slice expects a start other than 0.')
    WHEN n < 0 THEN error('[INVALID_PARAMETER_VALUE.LENGTH] slice expects a length of 0 or more.')
    WHEN s < 0 AND len(a) + s < 0 THEN a[1:0]
    ELSE a[CASE WHEN s < 0 THEN len(a) + s + 1 ELSE s END : CASE WHEN s < 0 THEN len(a) + s + 1 ELSE s END + n - 1] END`,
  // A negative place counts from behind: -1 is after the last element.
  `spark_insert_at(a, p, v) AS CASE WHEN p > len(a) + 1 THEN list_append(list_resize(a, p - 1), v)
    WHEN p < 1 THEN list_prepend(v, list_resize(a[1:0], 1 - p) || a)
    ELSE list_append(a[1:p - 1], v) || a[p:] END`,
  `spark_array_insert(a, pos, v) AS CASE WHEN a IS NULL OR pos IS NULL THEN NULL
    WHEN pos = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid: the first element has index 1.')
    ELSE spark_insert_at(a, CASE WHEN pos > 0 THEN pos ELSE len(a) + pos + 2 END, v) END`,
];
