import { native, type NativeFunction } from './native-function.ts';
import { cbrt, cosh, exp, hypot, tanh } from './fdlibm.ts';
import { pow } from './fdlibm-pow.ts';

function unary(name: string, evaluate: (x: number) => number): NativeFunction {
  return native(`spark_${name}`, ['DOUBLE'], 'DOUBLE', evaluate);
}

/** Spark's own formulas for what Java's Math lacks. */
function asinh(x: number): number {
  const square = x * x;
  if (square === Infinity) return Math.sign(x) * (Math.log(Math.abs(x)) + Math.log(2));
  return Math.log(x + Math.sqrt(square + 1));
}

function acosh(x: number): number {
  if (x < 1) return NaN;
  const square = x * x;
  return square === Infinity ? Math.log(x) + Math.log(2) : Math.log(x + Math.sqrt(square - 1));
}

/** Java's StrictMath is fdlibm, and so is V8's Math but for what stands in fdlibm.ts. */
export const MATH_FUNCTIONS: readonly NativeFunction[] = [
  unary('exp', exp),
  unary('expm1', Math.expm1),
  unary('log', Math.log),
  unary('log2', (x) => Math.log(x) / Math.log(2)),
  unary('log10', Math.log10),
  unary('log1p', Math.log1p),
  unary('asin', Math.asin),
  unary('acos', Math.acos),
  unary('atan', Math.atan),
  unary('sinh', Math.sinh),
  unary('cosh', cosh),
  unary('tanh', tanh),
  unary('cbrt', cbrt),
  unary('asinh', asinh),
  unary('acosh', acosh),
  unary('atanh', (x) => 0.5 * (Math.log1p(x) - Math.log1p(-x))),
  native('spark_hypot', ['DOUBLE', 'DOUBLE'], 'DOUBLE', hypot),
  // Spark adds a zero, for there to be no negative one.
  native('spark_atan2', ['DOUBLE', 'DOUBLE'], 'DOUBLE', (y, x) => Math.atan2(y + 0, x + 0)),
  native('spark_pow', ['DOUBLE', 'DOUBLE'], 'DOUBLE', pow),
];
