import { LosslessNumber, stringify } from 'lossless-json';
import type { SchemaElement } from 'hyparquet';
import type { Cell } from '../base/cell.ts';
import {
  dateText,
  decimalText,
  floatText,
  integerCell,
  intervalText,
  signedInteger,
  timestampText,
  timeText,
} from './cell-text.ts';
import { listElement, type LogicalKind, logicalKind, type ParquetNode } from './parquet-schema.ts';

/**
 * A value as the file physically holds it (int32 as number, int64 as bigint, INT96 as nanoseconds since 1970 as bigint, binary as
 * bytes, groups as objects, repeated fields as arrays) to an exact cell.
 */
export function parquetCell(node: ParquetNode, raw: unknown): Cell {
  const value = exactValue(node, raw);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof LosslessNumber) return value.toString();
  return stringify(value) ?? '';
}

/** A statistics bound, from the bytes of its PLAIN encoding. */
export function boundCell(element: SchemaElement, bytes: Uint8Array): Cell {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const node = { name: element.name, element, fieldId: undefined, children: [] };
  if (!element.type || element.type === 'INT96') return null;
  switch (element.type) {
    case 'BOOLEAN':
      return view.getUint8(0) !== 0;
    case 'INT32':
      return parquetCell(node, view.getInt32(0, true));
    case 'INT64':
      return parquetCell(node, view.getBigInt64(0, true));
    case 'FLOAT':
      return parquetCell(node, view.getFloat32(0, true));
    case 'DOUBLE':
      return parquetCell(node, view.getFloat64(0, true));
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return parquetCell(node, bytes);
  }
}

/** Numbers that must keep their digits inside JSON text are LosslessNumber. */
type Exact = string | number | boolean | null | LosslessNumber | { readonly [name: string]: Exact } | readonly Exact[];

function exactValue(node: ParquetNode, raw: unknown): Exact {
  if (raw === undefined || raw === null) return null;
  if (node.element.repetition_type === 'REPEATED' && Array.isArray(raw)) {
    return raw.map((item) => exactItem(node, item));
  }
  return exactItem(node, raw);
}

function exactItem(node: ParquetNode, raw: unknown): Exact {
  if (raw === undefined || raw === null) return null;
  if (node.children.length === 0) return primitive(node.element, raw);
  const group = raw as Readonly<Record<string, unknown>>;
  const { kind } = logicalKind(node.element);
  const repeated = node.children[0];
  if (kind === 'list' && repeated) return listItems(node, repeated, group);
  if (kind === 'map' && repeated) return mapEntries(repeated, group);
  return Object.fromEntries(node.children.map((child) => [child.name, exactValue(child, group[child.name])]));
}

function listItems(node: ParquetNode, repeated: ParquetNode, group: Readonly<Record<string, unknown>>): Exact[] {
  const items = (group[repeated.name] ?? []) as readonly unknown[];
  const element = listElement(node);
  if (!element || element === repeated) return items.map((item) => exactItem(repeated, item));
  return items.map((item) => exactValue(element, (item as Readonly<Record<string, unknown>> | null)?.[element.name]));
}

function mapEntries(repeated: ParquetNode, group: Readonly<Record<string, unknown>>): Record<string, Exact> {
  const entries = (group[repeated.name] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const [key, value] = repeated.children;
  const pairs = entries.map((entry): [string, Exact] => [
    key ? String(parquetCell(key, entry[key.name])) : '',
    value ? exactValue(value, entry[value.name]) : null,
  ]);
  return Object.fromEntries(pairs);
}

function primitive(element: SchemaElement, raw: unknown): Exact {
  const logical = logicalKind(element);
  if (raw instanceof Uint8Array) return binary(logical, raw);
  if (typeof raw === 'boolean') return raw;
  if (element.type === 'FLOAT' || element.type === 'DOUBLE') return floatText(Number(raw), element.type === 'FLOAT');
  return typeof raw === 'bigint' || typeof raw === 'number' ? whole(element, logical, BigInt(raw)) : String(raw);
}

function whole(element: SchemaElement, logical: LogicalKind, value: bigint): Exact {
  if (logical.kind === 'decimal') return new LosslessNumber(decimalText(value, logical.scale));
  if (logical.kind === 'date') return dateText(value);
  if (logical.kind === 'time') return timeText(value, logical.digits);
  // INT96 comes in nanoseconds whatever its annotation.
  if (logical.kind === 'timestamp')
    return timestampText(value, element.type === 'INT96' ? 9 : logical.digits, logical.utc);
  if (logical.kind === 'integer' && !logical.signed) return number(BigInt.asUintN(logical.bits, value));
  return number(value);
}

function number(value: bigint): Exact {
  const cell = integerCell(value);
  return typeof cell === 'string' ? new LosslessNumber(cell) : cell;
}

function binary(logical: LogicalKind, bytes: Uint8Array): Exact {
  if (logical.kind === 'text') return new TextDecoder().decode(bytes);
  if (logical.kind === 'decimal') return new LosslessNumber(decimalText(signedInteger(bytes), logical.scale));
  if (logical.kind === 'interval') return intervalText(bytes);
  if (logical.kind === 'float16')
    return floatText(new DataView(bytes.buffer, bytes.byteOffset).getFloat16(0, true), true);
  if (logical.kind === 'uuid') return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return hex(bytes);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
