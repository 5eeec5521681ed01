import type { SparkType, StructField } from '../../types/spark-type.ts';
import { schemaSql } from '../schema-sql.ts';
import { jacksonFeatures } from './features.ts';
import { type JsonNode, JsonSyntaxError, readJson } from './jackson.ts';

type Options = Readonly<Record<string, string>>;

const STRING: SparkType = { kind: 'string' };

/** The schema of a JSON text as `schema_of_json` tells it (`JsonInferSchema`); undefined for what is no JSON. */
export function inferJsonSchema(text: string, options: Options): string | undefined {
  let node: JsonNode | undefined;
  try {
    node = readJson(text, jacksonFeatures(options))?.node;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
  if (!node) return schemaSql(STRING);
  const type = jsonType(node, options);
  if (type.kind === 'array' && type.element.kind === 'struct')
    return schemaSql({ kind: 'array', element: wholeJsonType(type.element) ?? { kind: 'struct', fields: [] } });
  return schemaSql(wholeJsonType(type) ?? (type.kind === 'struct' ? { kind: 'struct', fields: [] } : STRING));
}

/** The type of one value; NULL and the empty text have none yet. */
export function jsonType(node: JsonNode, options: Options): SparkType {
  const asText = options['primitivesasstring']?.toLowerCase() === 'true';
  switch (node.kind) {
    case 'null':
      return { kind: 'void' };
    case 'string':
      return node.text === '' ? { kind: 'void' } : STRING;
    case 'object':
      return {
        kind: 'struct',
        fields: sorted(node.entries.map(([name, value]) => ({ name, type: jsonType(value, options) }))),
      };
    case 'array':
      return {
        kind: 'array',
        element: node.items.map((item) => jsonType(item, options)).reduce(commonJsonType, { kind: 'void' }),
      };
    case 'true':
    case 'false':
      return asText ? STRING : { kind: 'boolean' };
    case 'integer':
      return asText ? STRING : wholeNumber(node.text);
    case 'fraction':
      if (asText) return STRING;
      return (options['prefersdecimal']?.toLowerCase() === 'true' && decimalOf(node.text)) || { kind: 'double' };
    case 'nan':
      return asText ? STRING : { kind: 'double' };
  }
}

function wholeNumber(text: string): SparkType {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) === value) return { kind: 'bigint' };
  const precision = text.replace('-', '').length;
  return precision <= 38 ? { kind: 'decimal', precision, scale: 0 } : { kind: 'double' };
}

/** A fraction's own decimal; undefined where it has too many digits or an exponent. */
function decimalOf(text: string): SparkType | undefined {
  if (/[eE]/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '').length;
  const precision = Math.max(digits, fraction.length);
  return precision <= 38 ? { kind: 'decimal', precision, scale: fraction.length } : undefined;
}

function sorted(fields: readonly StructField[]): StructField[] {
  return [...fields].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The type of both: text where they have none. */
export function commonJsonType(left: SparkType, right: SparkType): SparkType {
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (left.kind === 'struct' && right.kind === 'struct') {
    const others = new Map(right.fields.map((field) => [field.name, field.type]));
    const mine = new Set(left.fields.map(({ name }) => name));
    const merged = left.fields.map(({ name, type }) => ({
      name,
      type: commonJsonType(type, others.get(name) ?? { kind: 'void' }),
    }));
    return { kind: 'struct', fields: sorted([...merged, ...right.fields.filter(({ name }) => !mine.has(name))]) };
  }
  if (left.kind === 'array' && right.kind === 'array')
    return { kind: 'array', element: commonJsonType(left.element, right.element) };
  if (left.kind !== 'decimal' && left.kind === right.kind) return left;
  const numbers = ['bigint', 'double', 'decimal'];
  if (!numbers.includes(left.kind) || !numbers.includes(right.kind)) return STRING;
  const [a, b] = [left, right].map(digits);
  if (!a || !b) return { kind: 'double' };
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  return precision > 38 ? { kind: 'double' } : { kind: 'decimal', precision, scale };
}

function digits(type: SparkType): { readonly precision: number; readonly scale: number } | undefined {
  if (type.kind === 'bigint') return { precision: 20, scale: 0 };
  return type.kind === 'decimal' ? type : undefined;
}

/** Without what has no type: NULLs are text, structs without fields are left out. */
export function wholeJsonType(type: SparkType): SparkType | undefined {
  if (type.kind === 'void') return STRING;
  if (type.kind === 'array') {
    const element = wholeJsonType(type.element);
    return element && { kind: 'array', element };
  }
  if (type.kind !== 'struct') return type;
  const fields = type.fields.flatMap(({ name, type: inner }) => {
    const found = wholeJsonType(inner);
    return found ? [{ name, type: found }] : [];
  });
  return fields.length > 0 ? { kind: 'struct', fields } : undefined;
}
