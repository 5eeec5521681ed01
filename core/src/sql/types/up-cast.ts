import type { SparkType } from './spark-type.ts';

/** Narrow to wide: what stands before is cast to what stands behind. */
const NUMBERS: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double'];

/** Digits of the decimal that stands for a type: before and after the point. */
const DIGITS: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [3, 0],
  smallint: [5, 0],
  int: [10, 0],
  bigint: [20, 0],
  float: [7, 7],
  double: [15, 15],
};

/** What Spark casts without loss: `Cast.canUpCast`. Of types with parts only an equal one. */
export function canUpCast(from: SparkType, to: SparkType): boolean {
  if (from.kind === 'void') return true;
  if (from.kind === 'variant') return to.kind === 'variant';
  if (to.kind === 'string') return !['array', 'map', 'struct', 'geometry', 'geography'].includes(from.kind);
  const [low, high] = [NUMBERS.indexOf(from.kind), NUMBERS.indexOf(to.kind)];
  if (low >= 0 && high >= 0) return low <= high;
  if (to.kind === 'decimal') return holdsNumber(to, from);
  if (from.kind === 'decimal') return fitsInto(from, to);
  if (from.kind === 'date') return to.kind === 'timestamp' || to.kind === 'timestamp_ntz';
  if (from.kind === 'timestamp_ntz') return to.kind === 'timestamp';
  if (from.kind === 'timestamp') return to.kind === 'timestamp_ntz' || to.kind === 'bigint';
  return from.kind === 'bigint' && to.kind === 'timestamp';
}

type Decimal = SparkType & { readonly kind: 'decimal' };

function holdsNumber(to: Decimal, from: SparkType): boolean {
  const digits = from.kind === 'decimal' ? [from.precision - from.scale, from.scale] : DIGITS[from.kind];
  if (!digits) return false;
  const [before = 0, after = 0] = digits;
  return to.precision - to.scale >= before && to.scale >= after;
}

/** Whole numbers with fewer digits than the type may have. */
function fitsInto(from: Decimal, to: SparkType): boolean {
  const [digits, after] = DIGITS[to.kind] ?? [];
  return digits !== undefined && after === 0 && from.scale === 0 && from.precision < digits;
}
