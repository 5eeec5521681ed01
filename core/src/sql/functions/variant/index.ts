import type { SparkType } from '../../types/spark-type.ts';
import { floorDiv, writtenMicros } from '../datetime-texts.ts';
import { blobBytes, carried, carriedText, numberOf } from '../json/carried.ts';
import { conversionOf } from '../json/conversion.ts';
import type { JsonNode } from '../json/jackson.ts';
import { native, type NativeFunction, notEmulatedHere } from '../native-function.ts';
import { castVariant } from './variant-cast.ts';
import { parseVariant, variantJson } from './variant-json.ts';
import { atPath, variantPath } from './variant-path.ts';
import { merged, schemaOfVariant, schemaText } from './variant-schema.ts';
import {
  carriedVariant,
  objectText,
  readVariant,
  scalarText,
  strippedDecimal,
  type Variant,
  variantIn,
  writeVariant,
} from './variant-value.ts';

function parseJson(text: string): string {
  const parsed = parseVariant(text);
  if (parsed === undefined)
    throw new Error(`[MALFORMED_RECORD_IN_PARSING] Malformed records are detected in record parsing: ${text}`);
  return parsed;
}

/** A carried value of a Spark type as a variant. */
function variantOf(node: JsonNode, type: SparkType): string {
  if (type.kind === 'variant') return node.kind === 'null' ? scalarText('n', '') : variantIn(node);
  if (node.kind === 'null') return scalarText('n', '');
  if (node.kind === 'array' && type.kind === 'array')
    return `[${node.items.map((one) => variantOf(one, type.element)).join(',')}]`;
  if (node.kind === 'object' && type.kind === 'map')
    return objectText(node.entries.map(([key, one]) => [key, variantOf(one, type.value)] as const));
  if (node.kind === 'object' && type.kind === 'struct')
    return objectText(
      type.fields.map(
        (field, at) => [field.name, variantOf(node.entries[at]?.[1] ?? { kind: 'null' }, field.type)] as const,
      ),
    );
  return scalarOf(carriedText(node), type);
}

const whole = (text: string): string => scalarText('i', text);

const SCALARS: Readonly<Record<string, (text: string) => string>> = {
  tinyint: whole,
  smallint: whole,
  int: whole,
  bigint: whole,
  decimal: (text) => scalarText('d', strippedDecimal(text)),
  double: (text) => scalarText('e', String(numberOf(text))),
  float: (text) => scalarText('f', String(numberOf(text))),
  string: (text) => scalarText('s', text),
  boolean: (text) => scalarText('b', text),
  date: (text) => scalarText('D', String(floorDiv(writtenMicros(`${text} 00:00:00`), 86_400_000_000n))),
  timestamp: (text) => scalarText('T', String(writtenMicros(text))),
  timestamp_ntz: (text) => scalarText('N', String(writtenMicros(text))),
  binary: (text) => scalarText('x', blobBytes(text).toString('base64')),
};

function scalarOf(text: string, type: SparkType): string {
  const scalar = SCALARS[type.kind];
  if (!scalar) throw notEmulatedHere(`${type.kind} as a variant`);
  return scalar(text);
}

/** The value at a path, cast; the description's type and options say how. */
function variantGet(text: string, path: string, described: string): string | null {
  const { type, datetimes, options } = conversionOf(described);
  const steps = variantPath(path);
  if (!steps) throw new Error(`[INVALID_VARIANT_GET_PATH] The path ${path} is not a valid variant extraction path.`);
  const found = atPath(readVariant(text), steps);
  if (!found) return null;
  const result = castVariant(found, { type, zone: datetimes.zone, trying: options['trying'] === 'true' });
  return result === 'null' ? null : result;
}

/** The elements or fields of a variant, each as position, key and value in one JSON text. */
function explode(text: string): readonly string[] {
  const value = readVariant(text);
  const rows: readonly (readonly [string | null, Variant])[] =
    value.kind === 'array'
      ? value.items.map((one) => [null, one] as const)
      : value.kind === 'object'
        ? value.entries
        : [];
  return rows.map(
    ([key, one], pos) => `{"pos":${pos},"key":${JSON.stringify(key)},"value":${carriedVariant(writeVariant(one))}}`,
  );
}

export const VARIANT_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_parse_variant', ['VARCHAR'], 'VARCHAR', parseJson),
  native('spark_try_parse_variant', ['VARCHAR'], 'VARCHAR', (text) => parseVariant(text) ?? null),
  native('spark_to_variant', ['VARCHAR', 'VARCHAR'], 'VARCHAR', (text, described) =>
    variantOf(carried(text), conversionOf(described).type),
  ),
  native('spark_variant_json', ['VARCHAR', 'VARCHAR'], 'VARCHAR', (text, described) =>
    variantJson(text, conversionOf(described).datetimes.zone),
  ),
  native('spark_variant_get', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', variantGet),
  native('spark_variant_explode', ['VARCHAR'], 'VARCHAR[]', explode),
  native('spark_schema_of_variant', ['VARCHAR'], 'VARCHAR', (text) => schemaText(schemaOfVariant(readVariant(text)))),
  native('spark_schema_of_variants', ['VARCHAR[]'], 'VARCHAR', (texts) =>
    schemaText(
      texts
        .filter((text) => text !== null)
        .map((text) => schemaOfVariant(readVariant(text)))
        .reduce(merged, { kind: 'VOID' }),
    ),
  ),
];
