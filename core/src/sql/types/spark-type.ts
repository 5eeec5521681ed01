/** Spark's data types as far as they are emulated. `unknown` is the type of what only a lake could tell (in `analyze`). */
export type SparkType =
  /** `range`: the fields of an interval that has not all of its kind, as in `interval day to hour`. `collation`: of a string, unless it is UTF8_BINARY. */
  | {
      readonly kind: SimpleKind;
      readonly range?: string;
      readonly collation?: string;
      /** A string that a table declares as `char(5)` or `varchar(5)`: its values are texts like all others. */
      readonly declared?: string;
    }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** A time of day; `precision`: digits of its seconds' fraction, 0 to 6. */
  | { readonly kind: 'time'; readonly precision: number }
  /** `srid`: the number of the values' reference system, or `any` where each has its own. Values are computed with, and neither stored nor shown. */
  | { readonly kind: 'geometry' | 'geography'; readonly srid: number | 'any' }
  | { readonly kind: 'array'; readonly element: SparkType }
  | { readonly kind: 'map'; readonly key: SparkType; readonly value: SparkType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

export type SimpleKind =
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'interval month'
  | 'interval day'
  /** Months, days and microseconds side by side (`make_interval`, CAST AS INTERVAL): Spark neither compares nor stores it. */
  | 'interval'
  | 'variant'
  | 'void'
  | 'unknown';

export interface StructField {
  readonly name: string;
  readonly type: SparkType;
}

export const BOOLEAN: SparkType = { kind: 'boolean' };
export const INT: SparkType = { kind: 'int' };
export const BIGINT: SparkType = { kind: 'bigint' };
export const FLOAT: SparkType = { kind: 'float' };
export const DOUBLE: SparkType = { kind: 'double' };
export const STRING: SparkType = { kind: 'string' };
export const BINARY: SparkType = { kind: 'binary' };
export const DATE: SparkType = { kind: 'date' };
export const TIMESTAMP: SparkType = { kind: 'timestamp' };
export const TIMESTAMP_NTZ: SparkType = { kind: 'timestamp_ntz' };
export const TIME: SparkType = { kind: 'time', precision: 6 };
export const CALENDAR_INTERVAL: SparkType = { kind: 'interval' };
export const VARIANT: SparkType = { kind: 'variant' };
export const VOID: SparkType = { kind: 'void' };
export const UNKNOWN: SparkType = { kind: 'unknown' };

export function decimal(precision: number, scale: number): SparkType {
  return { kind: 'decimal', precision, scale };
}

export function arrayOf(element: SparkType): SparkType {
  return { kind: 'array', element };
}

/** The type as Spark's `typeof` says it: no name in it is quoted, so that it cannot always be read back. */
export function shownType(type: SparkType): string {
  return typeText(type, (name) => name);
}

/** Spark's name: `decimal(10,2)`, `struct<a:int>`. */
export function typeText(type: SparkType, nameOf = plainName): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  if (type.kind === 'time') return `time(${type.precision})`;
  if (type.kind === 'geometry' || type.kind === 'geography') return `${type.kind}(${type.srid})`;
  if (type.kind === 'array') return `array<${typeText(type.element, nameOf)}>`;
  if (type.kind === 'map') return `map<${typeText(type.key, nameOf)},${typeText(type.value, nameOf)}>`;
  if (type.kind === 'struct')
    return `struct<${type.fields.map((field) => `${nameOf(field.name)}:${typeText(field.type, nameOf)}`).join(',')}>`;
  if (type.kind === 'string' && type.declared !== undefined) return type.declared;
  if (type.kind === 'string' && type.collation !== undefined) return `string collate ${type.collation}`;
  if (type.kind === 'interval month') return `interval ${type.range ?? 'year to month'}`;
  return type.kind === 'interval day' ? `interval ${type.range ?? 'day to second'}` : type.kind;
}

/** The type of a value: without what a table declares of its texts' lengths. */
export function undeclared(type: SparkType): SparkType {
  if (type.kind === 'array') return { ...type, element: undeclared(type.element) };
  if (type.kind === 'map') return { ...type, key: undeclared(type.key), value: undeclared(type.value) };
  if (type.kind === 'struct')
    return { ...type, fields: type.fields.map((field) => ({ ...field, type: undeclared(field.type) })) };
  return type.kind === 'string' && type.declared !== undefined ? { kind: 'string' } : type;
}

function plainName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** True where the type is of a kind, or has a part that is. */
export function holds(type: SparkType, kind: SparkType['kind']): boolean {
  if (type.kind === kind) return true;
  if (type.kind === 'array') return holds(type.element, kind);
  if (type.kind === 'map') return holds(type.key, kind) || holds(type.value, kind);
  return type.kind === 'struct' && type.fields.some((field) => holds(field.type, kind));
}

/** True where the type is a string with a collation other than UTF8_BINARY, or has one inside. */
export function isCollated(type: SparkType): boolean {
  if (type.kind === 'array') return isCollated(type.element);
  if (type.kind === 'map') return isCollated(type.key) || isCollated(type.value);
  if (type.kind === 'struct') return type.fields.some((field) => isCollated(field.type));
  return collationOf(type) !== undefined;
}

/** A string's collation, where it is not UTF8_BINARY. */
export function collationOf(type: SparkType): string | undefined {
  return type.kind === 'string' ? type.collation : undefined;
}

export function sameType(left: SparkType, right: SparkType): boolean {
  return typeText(left).toLowerCase() === typeText(right).toLowerCase();
}

/** True where the type, or a part of it, is not known. */
export function isUnknown(type: SparkType): boolean {
  return typeText(type).includes('unknown');
}

const INTEGRAL_ORDER: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint'];

export function integralRank(type: SparkType): number {
  return INTEGRAL_ORDER.indexOf(type.kind);
}

export function isIntegral(type: SparkType): boolean {
  return integralRank(type) >= 0;
}

export function isFractional(type: SparkType): boolean {
  return type.kind === 'float' || type.kind === 'double';
}

export function isNumeric(type: SparkType): boolean {
  return isIntegral(type) || isFractional(type) || type.kind === 'decimal';
}

export function isDatetime(type: SparkType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamp_ntz';
}

export function isInterval(type: SparkType): boolean {
  return type.kind === 'interval month' || type.kind === 'interval day';
}

/** The decimal that holds every value of an integral type, as Spark's `DecimalType.forType`. */
export function decimalOf(type: SparkType): { readonly precision: number; readonly scale: number } {
  if (type.kind === 'decimal') return type;
  const digits: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, int: 10, bigint: 20 };
  return { precision: digits[type.kind] ?? 38, scale: type.kind === 'double' || type.kind === 'float' ? 18 : 0 };
}
