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
  `spark_sum_of_38_digits(x, sc) AS CASE WHEN x IS NULL THEN NULL WHEN abs(spark_unscaled(x)) >= 100000000000000000000000000000000000000
    THEN error('[ARITHMETIC_OVERFLOW] The sum has more than 38 digits. Use try_sum.') ELSE x END`,
  `spark_decimal_text(x, sc) AS CASE WHEN sc = 0 THEN CAST(x AS VARCHAR) ELSE CASE WHEN x < 0 THEN '-' ELSE '' END
    || left(lpad(CAST(abs(x) AS VARCHAR), 40, '0'), 40 - sc) || '.' || right(lpad(CAST(abs(x) AS VARCHAR), 40, '0'), sc) END`,
  // Halves of 19 digits; the text of the decimal, or NULL where it has more than 38 digits.
  `spark_sum_of_halves(high, low, sc) AS spark_decimal_text(CASE WHEN abs(high + low // 10000000000000000000) < 10000000000000000000
    THEN (high + low // 10000000000000000000) * 10000000000000000000 + low % 10000000000000000000 END, sc)`,
  'spark_divide_half_up(n, d) AS (n // d) + CASE WHEN abs(n % d) >= abs(d) - abs(n % d) THEN CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END ELSE 0 END',
  `spark_decimal_divide(a, b, shift) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero (' || CAST(a AS VARCHAR) || '). Use try_divide.')
    ELSE spark_divide_half_up(spark_unscaled(a) * shift, spark_unscaled(b)) END`,
  `spark_decimal_divide_or_null(a, b, shift) AS CASE WHEN b = 0 THEN NULL
    ELSE spark_divide_half_up(spark_unscaled(a) * shift, spark_unscaled(b)) END`,
  // Decimals of more digits than DuckDB calculates with, exactly; NULL (or an error) where the result does not fit.
  `spark_wide_decimal_or_null(a, op, b, p, sc) AS spark_decimal_result(CAST(a AS VARCHAR), op, CAST(b AS VARCHAR), p, sc)`,
  `spark_wide_decimal(a, op, b, p, sc) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN b = 0 AND op IN ('/', '%') THEN error('[DIVIDE_BY_ZERO] Division by zero (' || CAST(a AS VARCHAR) || '). Use try_divide.')
    ELSE coalesce(spark_wide_decimal_or_null(a, op, b, p, sc),
      error('[NUMERIC_VALUE_OUT_OF_RANGE] ' || CAST(a AS VARCHAR) || ' ' || op || ' ' || CAST(b AS VARCHAR) || ' has more than ' || p || ' digits.')) END`,
  // Rounds the shortest decimal text, half up, as Java's BigDecimal does; beyond 10^17 a double has no fraction.
  `spark_round_double(x, digits) AS CASE WHEN x IS NULL OR isnan(x) OR isinf(x) OR abs(x) >= 1e17 THEN x
    ELSE CAST(round(CAST(CAST(x AS VARCHAR) AS DECIMAL(38,20)), digits) AS DOUBLE) END`,
  // Neither a zero's sign nor NaN is lost.
  'spark_sign(x) AS CASE WHEN x = 0 OR isnan(x) THEN x ELSE CAST(sign(x) AS DOUBLE) END',
  "spark_sqrt(x) AS CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(x) END",
  'spark_pmod(a, b) AS CASE WHEN (a % b) <> 0 AND ((a % b) < 0) <> (b < 0) AND (a % b) < 0 THEN ((a % b) + b) % b ELSE a % b END',
  // A double as Scala's toLong: what does not fit is the nearest that does.
  `spark_saturated(x) AS CASE WHEN isnan(x) THEN 0::BIGINT WHEN x >= 9223372036854775807 THEN 9223372036854775807
    WHEN x <= -9223372036854775808 THEN -9223372036854775808 ELSE CAST(x AS BIGINT) END`,
  // DuckDB's least and greatest pass over a NULL.
  'spark_nearest_int(x) AS CASE WHEN x > 2147483647 THEN 2147483647::BIGINT WHEN x < -2147483648 THEN -2147483648::BIGINT ELSE x END',
  // Interpolation between two neighbours, weighted as Spark writes it down.
  `spark_percentile(v, p) AS CASE WHEN p < 0 OR p > 1 THEN error('[VALUE_OUT_OF_RANGE] The percentage must be between 0 and 1.')
    WHEN len(v) = 0 OR p IS NULL THEN NULL
    WHEN floor((len(v) - 1) * p) = ceil((len(v) - 1) * p) OR v[CAST(floor((len(v) - 1) * p) AS BIGINT) + 1] = v[CAST(ceil((len(v) - 1) * p) AS BIGINT) + 1]
      THEN v[CAST(floor((len(v) - 1) * p) AS BIGINT) + 1]
    ELSE (ceil((len(v) - 1) * p) - (len(v) - 1) * p) * v[CAST(floor((len(v) - 1) * p) AS BIGINT) + 1]
      + ((len(v) - 1) * p - floor((len(v) - 1) * p)) * v[CAST(ceil((len(v) - 1) * p) AS BIGINT) + 1] END`,
  'spark_percentiles(v, ps) AS CASE WHEN len(v) > 0 THEN list_transform(ps, lambda __q: spark_percentile(v, __q)) END',
  `spark_percentile_disc(v, p) AS CASE WHEN p < 0 OR p > 1 THEN error('[VALUE_OUT_OF_RANGE] The percentage must be between 0 and 1.')
    WHEN len(v) = 0 OR p IS NULL THEN NULL ELSE v[greatest(CAST(ceil(len(v) * p) AS BIGINT), 1)] END`,
  // The digits that Java writes, from which Spark makes a decimal: 1.005 is 1.01, not the binary 1.00.
  `spark_double_decimal_text(x) AS CASE WHEN abs(x) >= 0.001 AND abs(x) < 10000000 THEN CAST(x AS VARCHAR) ELSE spark_plain_double(x) END`,
  `spark_wrap(x, bits) AS ((CAST(x AS HUGEINT) + (1::HUGEINT << (bits - 1))) % (1::HUGEINT << bits) + (1::HUGEINT << bits)) % (1::HUGEINT << bits) - (1::HUGEINT << (bits - 1))`,
  // Java shifts by the lowest bits of the distance.
  `spark_wrapped(x, bits) AS CASE WHEN bits = 32 THEN ((CAST(x AS HUGEINT) + 2147483648) % 4294967296 + 4294967296) % 4294967296 - 2147483648
    ELSE ((CAST(x AS HUGEINT) + 9223372036854775808) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616 - 9223372036854775808 END`,
  `spark_shift_left(x, n, bits) AS spark_wrapped(CAST(spark_wrapped(x, bits) AS HUGEINT) * (1::HUGEINT << CAST(n & (bits - 1) AS HUGEINT)), bits)`,
  'spark_shift_right(x, n, bits) AS x >> (n & (bits - 1))',
  `spark_shift_right_unsigned(x, n, bits) AS spark_wrapped((CASE WHEN x < 0 THEN CAST(x AS HUGEINT) + (1::HUGEINT << bits) ELSE x END) // (1::HUGEINT << CAST(n & (bits - 1) AS HUGEINT)), bits)`,
  `spark_bit_get(x, pos, bits) AS CASE WHEN pos < 0 OR pos >= bits THEN error('[INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE] bit_get expects a position from 0 to ' || (bits - 1))
    ELSE CAST((x >> pos) & 1 AS TINYINT) END`,
];
