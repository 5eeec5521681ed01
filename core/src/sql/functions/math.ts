import { native, type NativeFunction } from './native-function.ts';
import { pow } from './fdlibm-pow.ts';

/** Java's StrictMath is fdlibm, and so is V8's Math but for what is written out here. */
function exp(x: number): number {
  return x === 1 ? 2.7182818284590455 : Math.exp(x);
}

function unary(name: string, evaluate: (x: number) => number): NativeFunction {
  return native(`spark_${name}`, ['DOUBLE'], 'DOUBLE', evaluate);
}

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
  native('spark_atan2', ['DOUBLE', 'DOUBLE'], 'DOUBLE', Math.atan2),
  native('spark_pow', ['DOUBLE', 'DOUBLE'], 'DOUBLE', pow),
];
