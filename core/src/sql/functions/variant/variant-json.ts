import { dateText, timestampText } from '../datetime-texts.ts';
import { javaDouble, javaFloat } from '../java-numbers.ts';
import { type JsonNode, JsonSyntaxError, readJson } from '../json/jackson.ts';
import { jsonString } from '../json/json-text.ts';
import { offsetAt } from '../zone-offset.ts';
import { objectText, readVariant, scalarText, strippedDecimal, type Variant } from './variant-value.ts';

const LONGEST = 38;

/** JSON as a variant's text; undefined for what Spark refuses: a repeated key, NaN. */
export function parseVariant(text: string): string | undefined {
  let node: JsonNode | undefined;
  try {
    node = readJson(text, { allowsinglequotes: false, allownonnumericnumbers: false })?.node;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
  return node && !repeatsKey(node) ? variantOfJson(node) : undefined;
}

function repeatsKey(node: JsonNode): boolean {
  if (node.kind === 'array') return node.items.some(repeatsKey);
  if (node.kind !== 'object') return false;
  const keys = new Set(node.entries.map(([key]) => key));
  return keys.size < node.entries.length || node.entries.some(([, value]) => repeatsKey(value));
}

export function variantOfJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return objectText(node.entries.map(([key, value]) => [key, variantOfJson(value)] as const));
    case 'array':
      return `[${node.items.map(variantOfJson).join(',')}]`;
    case 'string':
      return scalarText('s', node.text);
    case 'integer':
    case 'fraction':
      return numberText(node.text);
    case 'nan':
      return scalarText('e', node.text);
    case 'null':
      return scalarText('n', '');
    case 'true':
    case 'false':
      return scalarText('b', node.kind);
  }
}

function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (value === BigInt.asIntN(64, value)) return scalarText('i', String(value));
  }
  const digits = text.replace('-', '');
  const [whole = '', fraction = ''] = digits.split('.');
  const significant = `${whole}${fraction}`.replace(/^0+/, '').length;
  if (/[eE]/.test(text) || fraction.length > LONGEST || significant > LONGEST)
    return scalarText('e', javaDouble(Number(text)));
  return scalarText('d', strippedDecimal(text));
}

/** A variant's text as JSON, instants in a zone. */
export function variantJson(text: string, zone: string): string {
  return jsonOf(readVariant(text), zone);
}

export function jsonOf(value: Variant, zone: string): string {
  if (value.kind === 'object')
    return `{${value.entries.map(([key, inner]) => `${jsonString(key)}:${jsonOf(inner, zone)}`).join(',')}}`;
  if (value.kind === 'array') return `[${value.items.map((item) => jsonOf(item, zone)).join(',')}]`;
  const { kind, text } = value;
  if (kind === 'n') return 'null';
  if (kind === 'i' || kind === 'd' || kind === 'b') return text;
  if (kind === 'T') return jsonString(instantJson(BigInt(text), zone));
  if (kind !== 'e' && kind !== 'f') return jsonString(plainText(value));
  const written = floatText(kind, text);
  return /[Ny]/.test(written) ? jsonString(written) : written;
}

export function floatText(kind: 'e' | 'f', text: string): string {
  return kind === 'e' ? javaDouble(Number(text)) : javaFloat(Number(text));
}

/** A date's, time's, text's or bytes' own text. */
function plainText(value: Exclude<Variant, { kind: 'object' | 'array' }>): string {
  if (value.kind === 'D') return dateText(Number(value.text));
  return value.kind === 'N' ? shortened(timestampText(BigInt(value.text))) : value.text;
}

/** `2020-01-01 00:00:00` with a fraction only where there is one, without its trailing zeros. */
export function shortened(text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

function instantJson(micros: bigint, zone: string): string {
  const minutes = offsetAt(zone, Number(micros / 1000n)) / 60_000;
  const size = Math.abs(minutes);
  const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
  const local = shortened(timestampText(micros + BigInt(minutes) * 60_000_000n));
  return `${local}${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}
