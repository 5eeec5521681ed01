import type { AvroCursor } from '../../../formats/avro-cursor.ts';
import type { AvroNode } from '../../../formats/avro-schema.ts';
import { newKey } from './avro-types.ts';

/** Reads one value at the cursor; gives it as JSON text, numbers with all their digits. */
export type ReadJson = (cursor: AvroCursor) => string;

/** For the rescued data column: a value as Spark writes the type that it reads it as. */
export function jsonReader(node: AvroNode): ReadJson {
  switch (node.kind) {
    case 'null':
      return () => 'null';
    case 'boolean':
      return (cursor) => String(cursor.boolean());
    case 'int':
    case 'long':
      return whole(node);
    case 'float':
      return (cursor) => fraction(cursor.float());
    case 'double':
      return (cursor) => fraction(cursor.double());
    case 'string':
      return (cursor) => JSON.stringify(cursor.text());
    case 'enum': {
      const texts = node.symbols.map((symbol) => JSON.stringify(symbol));
      return (cursor) => texts[cursor.index(texts.length, 'an enum')] ?? 'null';
    }
    case 'bytes':
      return (cursor) => base64(cursor, cursor.size());
    case 'fixed': {
      const { size } = node;
      return (cursor) => base64(cursor, size);
    }
    case 'record': {
      const fields = node.fields.map(({ name, type }) => ({ key: `${JSON.stringify(name)}:`, read: jsonReader(type) }));
      return (cursor) => `{${fields.map(({ key, read }) => key + read(cursor)).join(',')}}`;
    }
    case 'array':
      return array(jsonReader(node.items));
    case 'map':
      return map(jsonReader(node.values));
    case 'union':
      return union(node.branches);
  }
}

function whole({ kind, logical }: Extract<AvroNode, { kind: 'int' | 'long' }>): ReadJson {
  switch (logical) {
    case undefined:
      return kind === 'int' ? (cursor) => String(cursor.int()) : exactLong;
    case 'date':
      return (cursor) => quotedInstant(cursor.int() * 86_400_000).replace(/T.*Z/, '');
    case 'timestamp-millis':
      return (cursor) => quotedInstant(Number(cursor.long()));
    case 'timestamp-micros':
      return (cursor) => quotedInstant(Number(cursor.long() / 1000n));
    default:
      // avro-types.ts has refused it.
      throw new Error(`${kind} (${logical}) as JSON`);
  }
}

function exactLong(cursor: AvroCursor): string {
  cursor.varint();
  const { high, low } = cursor;
  // Below 2^53 a number is exact and far cheaper than a bigint.
  if (high >= -0x200000 && high < 0x200000) return String(high * 2 ** 32 + (low >>> 0));
  return String((BigInt(high) << 32n) | BigInt(low >>> 0));
}

function quotedInstant(milliseconds: number): string {
  return `"${new Date(milliseconds).toISOString()}"`;
}

/** JSON has neither NaN nor infinities. */
function fraction(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}

function base64(cursor: AvroCursor, size: number): string {
  return `"${cursor.binary(size).toString('base64')}"`;
}

function array(item: ReadJson): ReadJson {
  return (cursor) => {
    const items: string[] = [];
    for (let count = cursor.items(); count > 0; count = cursor.items()) {
      for (let index = 0; index < count; index++) items.push(item(cursor));
    }
    return `[${items.join(',')}]`;
  };
}

function map(value: ReadJson): ReadJson {
  return (cursor) => {
    const keys = new Set<string>();
    let text = '';
    for (let count = cursor.items(); count > 0; count = cursor.items()) {
      for (let index = 0; index < count; index++) {
        const key = newKey(keys, cursor);
        text += `${keys.size > 1 ? ',' : ''}${JSON.stringify(key)}:${value(cursor)}`;
      }
    }
    return `{${text}}`;
  };
}

/** As the columns are: the value of a single type or of two that are read as one, else a member for each type. */
function union(branches: readonly AvroNode[]): ReadJson {
  const readers = branches.map(jsonReader);
  const members = branches.filter(({ kind }) => kind !== 'null');
  const kinds = new Set(members.map(({ kind }) => kind));
  const isPlain = members.length === 2 && (kinds.isSubsetOf(integers) || kinds.isSubsetOf(floats));
  if (members.length <= 1 || isPlain)
    return (cursor) => readers[cursor.index(readers.length, 'a union')]?.(cursor) ?? 'null';
  const places = branches.map((branch) => members.indexOf(branch));
  return (cursor) => {
    const index = cursor.index(readers.length, 'a union');
    const text = readers[index]?.(cursor) ?? 'null';
    return (places[index] ?? -1) < 0 ? text : `{"member${places[index] ?? 0}":${text}}`;
  };
}

const integers = new Set(['int', 'long']);
const floats = new Set(['float', 'double']);
