import type { Variant } from './variant-value.ts';

/** The type that `schema_of_variant` tells. */
export type VariantSchema =
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, VariantSchema])[] }
  | { readonly kind: 'array'; readonly element: VariantSchema }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: string & {} };

const NAMES: Readonly<Record<string, string>> = {
  i: 'BIGINT',
  e: 'DOUBLE',
  f: 'FLOAT',
  s: 'STRING',
  b: 'BOOLEAN',
  D: 'DATE',
  T: 'TIMESTAMP',
  N: 'TIMESTAMP_NTZ',
  x: 'BINARY',
  n: 'VOID',
};

type ObjectSchema = Extract<VariantSchema, { readonly fields: unknown }>;
type ArraySchema = Extract<VariantSchema, { readonly element: unknown }>;
type DecimalSchema = Extract<VariantSchema, { readonly precision: number }>;

const isObject = (schema: VariantSchema): schema is ObjectSchema => 'fields' in schema;
const isArray = (schema: VariantSchema): schema is ArraySchema => 'element' in schema;
const isDecimal = (schema: VariantSchema): schema is DecimalSchema => 'precision' in schema;

export function schemaOfVariant(value: Variant): VariantSchema {
  if (value.kind === 'object')
    return { kind: 'object', fields: value.entries.map(([key, one]) => [key, schemaOfVariant(one)] as const) };
  if (value.kind === 'array')
    return {
      kind: 'array',
      element: value.items.map(schemaOfVariant).reduce(merged, { kind: 'VOID' }),
    };
  if (value.kind !== 'd') return { kind: NAMES[value.kind] ?? 'VARIANT' };
  const [whole = '', fraction = ''] = value.text.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '').length;
  return { kind: 'decimal', precision: Math.max(digits, fraction.length, 1), scale: fraction.length };
}

const LONG = { kind: 'decimal', precision: 20, scale: 0 } as const;

/** The type of both, VARIANT where there is none. */
export function merged(left: VariantSchema, right: VariantSchema): VariantSchema {
  if (left.kind === 'VOID') return right;
  if (right.kind === 'VOID') return left;
  if (isObject(left) && isObject(right)) return mergedObjects(left, right);
  if (isArray(left) && isArray(right)) return { kind: 'array', element: merged(left.element, right.element) };
  if (left.kind === right.kind && !isDecimal(left)) return left;
  const numbers = [left, right].every((one) => isDecimal(one) || ['BIGINT', 'DOUBLE', 'FLOAT'].includes(one.kind));
  if (!numbers) return { kind: 'VARIANT' };
  const [a, b] = [left, right].map((one) => (one.kind === 'BIGINT' ? LONG : one));
  if (!a || !b || !isDecimal(a) || !isDecimal(b)) return { kind: 'DOUBLE' };
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  return precision > 38 ? { kind: 'DOUBLE' } : { kind: 'decimal', precision, scale };
}

function mergedObjects(left: ObjectSchema, right: ObjectSchema): VariantSchema {
  const others = new Map(right.fields);
  const mine = new Set(left.fields.map(([key]) => key));
  const fields = [
    ...left.fields.map(([key, one]) => {
      const other = others.get(key);
      return [key, other ? merged(one, other) : one] as const;
    }),
    ...right.fields.filter(([key]) => !mine.has(key)),
  ].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { kind: 'object', fields };
}

export function schemaText(schema: VariantSchema): string {
  if (isObject(schema))
    return `OBJECT<${schema.fields.map(([key, one]) => `${named(key)}: ${schemaText(one)}`).join(', ')}>`;
  if (isArray(schema)) return `ARRAY<${schemaText(schema.element)}>`;
  return isDecimal(schema) ? `DECIMAL(${schema.precision},${schema.scale})` : schema.kind;
}

function named(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : `\`${key.replaceAll('`', '``')}\``;
}
