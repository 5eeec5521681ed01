import { commonType } from './coercion.ts';
import type { SparkType } from './spark-type.ts';

/**
 * The type in which two nested values are compared: only what loses nothing is widened, and fields count by their places. Spark 4:
 * `AnsiTypeCoercion.findTightestCommonType`.
 */
export function tightestType(left: SparkType, right: SparkType): SparkType | undefined {
  if (left.kind === 'array' && right.kind === 'array') {
    const element = tightestType(left.element, right.element);
    return element && { kind: 'array', element };
  }
  if (left.kind === 'struct' && right.kind === 'struct') {
    if (left.fields.length !== right.fields.length) return undefined;
    const fields = left.fields.map((field, at) => {
      const other = right.fields[at];
      const type = other && tightestType(field.type, other.type);
      return type && { name: field.name, type };
    });
    return fields.every((field) => field !== undefined) ? { kind: 'struct', fields } : undefined;
  }
  const kinds = [left.kind, right.kind];
  const common = commonType(left, right);
  if (!common || kinds.includes('void') || left.kind === right.kind || !kinds.includes('string'))
    return common && loses(left, right, common) ? undefined : common;
  return undefined;
}

/** Decimals are one type only where one of them holds all of the other. */
function loses(left: SparkType, right: SparkType, common: SparkType): boolean {
  if (common.kind !== 'decimal')
    return left.kind !== right.kind && [left.kind, right.kind].includes('decimal') && common.kind === 'double';
  const same = [left, right].some(
    (type) => type.kind === 'decimal' && type.precision === common.precision && type.scale === common.scale,
  );
  return (
    !same ||
    (left.kind === 'decimal' &&
      right.kind === 'decimal' &&
      (left.precision !== right.precision || left.scale !== right.scale))
  );
}
