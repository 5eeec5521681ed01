/** Arrays: positions from 0 in `a[i]`, from 1 in `element_at`. */
export const COLLECTION_MACROS: readonly string[] = [
  'spark_element_or_null(a, i) AS CASE WHEN i < 0 THEN NULL ELSE list_extract(a, i + 1) END',
  `spark_element(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL
    WHEN i < 0 OR i >= len(a) THEN error('[INVALID_ARRAY_INDEX] The index ' || i || ' is out of bounds: the array has ' || len(a) || ' elements. Use get.')
    ELSE list_extract(a, i + 1) END`,
  `spark_element_at_or_null(a, i) AS CASE WHEN i = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index ' || i || ' is invalid: the first element has index 1.')
    ELSE list_extract(a, i) END`,
  `spark_element_at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL
    WHEN i = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index ' || i || ' is invalid: the first element has index 1.')
    WHEN abs(i) > len(a) THEN error('[INVALID_ARRAY_INDEX_IN_ELEMENT_AT] The index ' || i || ' is out of bounds: the array has ' || len(a) || ' elements. Use try_element_at.')
    ELSE list_extract(a, i) END`,
  // The first of each, in their order; NULL counts as a value.
  'spark_array_distinct(a) AS list_filter(a, lambda v, i: list_position(a, v) = i)',
  'spark_any(tests) AS CASE WHEN list_contains(tests, true) THEN true WHEN len(tests) > list_count(tests) THEN NULL WHEN tests IS NOT NULL THEN false END',
];
