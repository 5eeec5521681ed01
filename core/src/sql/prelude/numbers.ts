/** Arithmetic with Spark's errors and roundings. `_or_null` variants are those of ANSI off. */
export const NUMBER_MACROS: readonly string[] = [
  `spark_divide(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero (' || CAST(a AS VARCHAR) || '). Use try_divide.') ELSE a / b END`,
  'spark_divide_or_null(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a / b END',
  `spark_div(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero (' || CAST(a AS VARCHAR) || '). Use try_divide.') ELSE a // b END`,
  'spark_div_or_null(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a // b END',
  `spark_remainder(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN b = 0 THEN error('[REMAINDER_BY_ZERO] Remainder by zero (' || CAST(a AS VARCHAR) || '). Use try_mod.') ELSE a % b END`,
  'spark_remainder_or_null(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a % b END',
  // The number without its point: 12.50 is 1250.
  "spark_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
  'spark_divide_half_up(n, d) AS (n // d) + CASE WHEN abs(n % d) >= abs(d) - abs(n % d) THEN CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END ELSE 0 END',
  `spark_decimal_divide(a, b, shift) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero (' || CAST(a AS VARCHAR) || '). Use try_divide.')
    ELSE spark_divide_half_up(spark_unscaled(a) * shift, spark_unscaled(b)) END`,
  `spark_decimal_divide_or_null(a, b, shift) AS CASE WHEN b = 0 THEN NULL
    ELSE spark_divide_half_up(spark_unscaled(a) * shift, spark_unscaled(b)) END`,
  // Rounds the shortest decimal text, half up, as Java's BigDecimal does; beyond 10^17 a double has no fraction.
  `spark_round_double(x, digits) AS CASE WHEN x IS NULL OR isnan(x) OR isinf(x) OR abs(x) >= 1e17 THEN x
    ELSE CAST(round(CAST(CAST(x AS VARCHAR) AS DECIMAL(38,20)), digits) AS DOUBLE) END`,
  "spark_sqrt(x) AS CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(x) END",
  'spark_pmod(a, b) AS CASE WHEN (a % b) <> 0 AND ((a % b) < 0) <> (b < 0) AND (a % b) < 0 THEN ((a % b) + b) % b ELSE a % b END',
  // A double as Scala's toLong: what does not fit is the nearest that does.
  `spark_saturated(x) AS CASE WHEN isnan(x) THEN 0::BIGINT WHEN x >= 9223372036854775807 THEN 9223372036854775807
    WHEN x <= -9223372036854775808 THEN -9223372036854775808 ELSE CAST(x AS BIGINT) END`,
];
