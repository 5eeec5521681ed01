import { LosslessNumber, stringify } from 'lossless-json';
import type { Cell } from '../base/cell.ts';
import type { AvroNode } from './avro-schema.ts';
import { dateText, decimalText, floatText, integerCell, signedInteger, timestampText, timeText } from './cell-text.ts';

/** A value without Avro's wrapping: unions are their branch's value, int and long are number and bigint, bytes are Uint8Array. */
export type AvroValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly AvroValue[]
  | { readonly [name: string]: AvroValue };

function isAlike(node: AvroNode, value: unknown): boolean {
  switch (node.kind) {
    case 'null':
      return false;
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
    case 'enum':
      return typeof value === 'string';
    case 'long':
      return typeof value === 'bigint';
    case 'int':
    case 'float':
    case 'double':
      return typeof value === 'number';
    case 'bytes':
    case 'fixed':
      return value instanceof Uint8Array;
    case 'array':
      return Array.isArray(value);
    case 'record':
    case 'map':
      return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
    case 'union':
      return true;
  }
}

/** A plain value as an exact cell; bytes as hexadecimal, nested values as JSON text. */
export function avroCell(node: AvroNode, value: AvroValue): Cell {
  const exact = exactValue(node, value);
  if (exact === null || typeof exact !== 'object') return exact;
  return exact instanceof LosslessNumber ? exact.toString() : (stringify(exact) ?? '');
}

type Exact = Cell | LosslessNumber | { readonly [name: string]: Exact } | readonly Exact[];

function exactValue(node: AvroNode, value: AvroValue): Exact {
  if (value === null) return null;
  switch (node.kind) {
    case 'record': {
      const record = value as Readonly<Record<string, AvroValue>>;
      return Object.fromEntries(node.fields.map(({ name, type }) => [name, exactValue(type, record[name] ?? null)]));
    }
    case 'array':
      return (value as readonly AvroValue[]).map((item) => exactValue(node.items, item));
    case 'map': {
      const entries = Object.entries(value as Readonly<Record<string, AvroValue>>);
      return Object.fromEntries(entries.map(([key, item]) => [key, exactValue(node.values, item)]));
    }
    case 'union': {
      const branch = node.branches.find((candidate) => isAlike(candidate, value));
      return branch ? exactValue(branch, value) : null;
    }
    case 'bytes':
    case 'fixed':
      return node.logical === 'decimal'
        ? new LosslessNumber(decimalText(signedInteger(value as Uint8Array), node.scale))
        : hex(value as Uint8Array);
    case 'int':
    case 'long':
      return whole(node.logical, BigInt(value as bigint | number));
    case 'float':
    case 'double':
      return floatText(Number(value), node.kind === 'float');
    case 'null':
      return null;
    case 'boolean':
    case 'string':
    case 'enum':
      return value as Cell;
  }
}

const TIMES: Readonly<Record<string, (value: bigint) => string>> = {
  date: dateText,
  'time-millis': (value) => timeText(value, 3),
  'time-micros': (value) => timeText(value, 6),
  'timestamp-millis': (value) => timestampText(value, 3, true),
  'timestamp-micros': (value) => timestampText(value, 6, true),
  'timestamp-nanos': (value) => timestampText(value, 9, true),
  'local-timestamp-millis': (value) => timestampText(value, 3, false),
  'local-timestamp-micros': (value) => timestampText(value, 6, false),
  'local-timestamp-nanos': (value) => timestampText(value, 9, false),
};

function whole(logical: string | undefined, value: bigint): Exact {
  const time = logical === undefined ? undefined : TIMES[logical];
  if (time) return time(value);
  const cell = integerCell(value);
  return typeof cell === 'string' ? new LosslessNumber(cell) : cell;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
