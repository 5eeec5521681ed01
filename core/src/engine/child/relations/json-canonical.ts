import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { DeltaField, DeltaType } from '../../../delta/schema.ts';

export interface JsonReading {
  readonly schema: readonly DeltaField[];
  readonly corruptColumn: string;
  readonly rescues: boolean;
  /** For `_file_path`. */
  readonly url: string;
  readonly localPath: string;
}

/** A value that does not fit its type: the column is NULL and the value is rescued. */
const misfit = Symbol('misfit');

type Converted = unknown;

/**
 * JSON lines rewritten as `{c0, c1, ..., rescued, file}`: each column's value in a form that DuckDB reads as the column's type, or
 * null. The rules are those of Spark's JacksonParser; numbers keep every digit. Blank lines are left out.
 */
export function canonicalJson(text: string, reading: JsonReading): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => `${stringify(record(line, reading)) ?? ''}\n`)
    .join('');
}

function record(line: string, reading: JsonReading): Record<string, unknown> {
  const parsed = parseObject(line);
  const columns: Record<string, unknown> = {};
  const rescued: Record<string, unknown> = {};
  for (const [index, { name, type }] of reading.schema.entries()) {
    if (!parsed) {
      columns[`c${index}`] = name === reading.corruptColumn ? line : null;
      continue;
    }
    const value = Object.hasOwn(parsed, name) ? parsed[name] : null;
    const converted = convert(value, type);
    columns[`c${index}`] = converted === misfit ? null : converted;
    if (converted === misfit) rescued[name] = value;
  }
  const known = new Set(reading.schema.map(({ name }) => name));
  for (const [name, value] of Object.entries(parsed ?? {}))
    if (!known.has(name) && value !== null) rescued[name] = value;
  const any = reading.rescues && Object.keys(rescued).length > 0;
  return {
    ...columns,
    rescued: any ? stringify({ ...rescued, _file_path: reading.url }) : null,
    file: reading.localPath,
  };
}

/** Undefined where the line is no JSON object. */
function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value = parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const ranges: Readonly<Record<string, bigint>> = { byte: 7n, short: 15n, integer: 31n, long: 63n };
const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?$/;

function convert(value: unknown, type: DeltaType): Converted {
  if (value === null || value === undefined) return null;
  if (typeof type !== 'string') return convertNested(value, type);
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : (stringify(value) ?? null);
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return integer(value, ranges[type] ?? 63n);
    case 'float':
    case 'double':
      return isLosslessNumber(value) ? value : misfit;
    case 'boolean':
      return typeof value === 'boolean' ? value : misfit;
    case 'date':
      return typeof value === 'string' && isDate(value) ? value : misfit;
    case 'timestamp':
      return typeof value === 'string' && instant.test(value) && isDate(value.slice(0, 10)) ? value : misfit;
    default:
      return type.startsWith('decimal(') ? decimal(value, type) : notEmulated(type);
  }
}

function convertNested(value: unknown, type: Exclude<DeltaType, string>): Converted {
  switch (type.type) {
    case 'array':
      if (!Array.isArray(value)) return misfit;
      return whole(value.map((item) => convert(item, type.elementType)));
    case 'map': {
      if (!isObject(value) || type.keyType !== 'string') return misfit;
      const entries = Object.entries(value).map(([key, item]) => [key, convert(item, type.valueType)] as const);
      return entries.some(([, item]) => item === misfit) ? misfit : Object.fromEntries(entries);
    }
    case 'struct': {
      if (!isObject(value)) return misfit;
      const fields = type.fields.map((field) => [field.name, convert(value[field.name], field.type)] as const);
      return fields.some(([, item]) => item === misfit) ? misfit : Object.fromEntries(fields);
    }
  }
}

function whole(items: readonly Converted[]): Converted {
  return items.includes(misfit) ? misfit : items;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function integer(value: unknown, bits: bigint): Converted {
  if (!isLosslessNumber(value) || !/^-?\d+$/.test(value.value)) return misfit;
  const number = BigInt(value.value);
  return number >= -(1n << bits) && number < 1n << bits ? value : misfit;
}

/** As text, so that no digit is lost on the way; what has more digits than the type does not fit. */
function decimal(value: unknown, type: string): Converted {
  const [precision = 0, scale = 0] = (/\((\d+),\s*(\d+)\)/.exec(type) ?? []).slice(1).map(Number);
  if (!isLosslessNumber(value) || !/^-?\d+(\.\d+)?$/.test(value.value)) return misfit;
  const digits = value.value.replace(/^-/, '').split('.')[0]?.replace(/^0+/, '').length ?? 0;
  return digits > precision - scale ? misfit : value.value;
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function notEmulated(type: string): never {
  throw new ExpectedError({
    code: 'engine.type-not-emulated',
    message: `A column of a JSON file cannot be read as ${type} here.`,
    nextStep: 'Read it as STRING and convert it in the query.',
  });
}
