import { DOUBLE } from '../types/spark-type.ts';
import { argument, custom, type FunctionRule, type FunctionTable, type Translated } from './function-rule.ts';

type Double = (...args: string[]) => string;

/** A function of doubles; text is read as a double. */
function double(arity: number, sql: Double, name?: (names: readonly string[]) => string): FunctionRule {
  return custom([arity, arity], (call): Translated => {
    const args = call.args.map((_, at) => argument(call, at, 'double').sql);
    const named = name && { name: name(call.args.map((arg) => arg.name)) };
    return { sql: sql(...args), type: DOUBLE, ...named };
  });
}

/** NULL where the argument has no logarithm. */
const logarithm = (duckdb: string, name?: (names: readonly string[]) => string, least = '0'): FunctionRule =>
  double(1, (x = '') => `CASE WHEN ${x} > ${least} THEN ${duckdb}(${x}) END`, name);

const power = (name: string): FunctionRule =>
  double(
    2,
    (x = '', y = '') => `spark_pow(${x}, ${y})`,
    (names) => `${name}(${names.join(', ')})`,
  );

/**
 * Spark computes these by Java's StrictMath, of which the prelude has an exact copy, but for sin, cos and tan (and sec, csc, cot, which
 * divide by them): where their last digit depends on the processor, they are refused as they run.
 */
export const MATH_RULES: FunctionTable = {
  exp: double(
    1,
    (x = '') => `spark_exp(${x})`,
    ([x = '']) => `EXP(${x})`,
  ),
  expm1: double(
    1,
    (x = '') => `spark_expm1(${x})`,
    ([x = '']) => `EXPM1(${x})`,
  ),
  ln: logarithm('spark_log'),
  log: custom([1, 2], (call): Translated => {
    const args = call.args.map((_, at) => argument(call, at, 'double').sql);
    const [base = '', value] = args;
    if (value === undefined)
      return {
        sql: `CASE WHEN ${base} > 0 THEN spark_log(${base}) END`,
        type: DOUBLE,
        name: `LOG(E(), ${call.args[0]?.name ?? ''})`,
      };
    return {
      sql: `CASE WHEN ${base} > 0 AND ${value} > 0 THEN spark_log(${value}) / spark_log(${base}) END`,
      type: DOUBLE,
      name: `LOG(${call.args.map((arg) => arg.name).join(', ')})`,
    };
  }),
  log2: logarithm('spark_log2', ([x = '']) => `LOG2(${x})`),
  log10: logarithm('spark_log10', ([x = '']) => `LOG10(${x})`),
  log1p: logarithm('spark_log1p', ([x = '']) => `LOG1P(${x})`, '-1'),
  pow: power('pow'),
  power: power('POWER'),
  asin: double(
    1,
    (x = '') => `spark_asin(${x})`,
    ([x = '']) => `ASIN(${x})`,
  ),
  acos: double(
    1,
    (x = '') => `spark_acos(${x})`,
    ([x = '']) => `ACOS(${x})`,
  ),
  atan: double(
    1,
    (x = '') => `spark_atan(${x})`,
    ([x = '']) => `ATAN(${x})`,
  ),
  sinh: double(
    1,
    (x = '') => `spark_sinh(${x})`,
    ([x = '']) => `SINH(${x})`,
  ),
  ...Object.fromEntries(
    ['sin', 'cos', 'tan', 'sec', 'csc', 'cot', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'cbrt'].map((name) => [
      name,
      double(
        1,
        (x = '') => `spark_${name}(${x})`,
        ([x = '']) => `${name.toUpperCase()}(${x})`,
      ),
    ]),
  ),
  hypot: double(
    2,
    (x = '', y = '') => `spark_hypot(${x}, ${y})`,
    (names) => `HYPOT(${names.join(', ')})`,
  ),
  atan2: double(
    2,
    (y = '', x = '') => `spark_atan2(${y}, ${x})`,
    (names) => `ATAN2(${names.join(', ')})`,
  ),
  pi: custom([0, 0], () => ({ sql: 'pi()', type: DOUBLE, name: 'PI()' })),
  e: custom([0, 0], () => ({ sql: '2.718281828459045::DOUBLE', type: DOUBLE, name: 'E()' })),
};
