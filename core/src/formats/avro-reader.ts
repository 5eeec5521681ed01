import type { AvroCursor } from './avro-cursor.ts';
import type { AvroNode } from './avro-schema.ts';
import type { AvroValue } from './avro-values.ts';

/** Reads one value where the cursor stands, and moves it behind the value. Throws an Error for bytes that are none. */
export type ReadAvro = (cursor: AvroCursor) => AvroValue;

type Record = Readonly<{ [name: string]: AvroValue }>;

/** A type's reader: made once, for it looks at the schema and not at each value. */
export function avroReader(node: AvroNode): ReadAvro {
  return build(node, new Map());
}

/** @param made readers of records, which may hold themselves. */
function build(node: AvroNode, made: Map<AvroNode, ReadAvro>): ReadAvro {
  switch (node.kind) {
    case 'null':
      return () => null;
    case 'boolean':
      return (cursor) => cursor.boolean();
    case 'int':
      return (cursor) => cursor.int();
    case 'long':
      return (cursor) => cursor.long();
    case 'float':
      return (cursor) => cursor.float();
    case 'double':
      return (cursor) => cursor.double();
    case 'string':
      return (cursor) => cursor.text();
    case 'bytes':
      return (cursor) => cursor.binary(cursor.size());
    case 'fixed': {
      const { size } = node;
      return (cursor) => cursor.binary(size);
    }
    case 'enum': {
      const { symbols } = node;
      return (cursor) => symbols[cursor.index(symbols.length, 'an enum')] ?? null;
    }
    case 'record':
      return record(node, made);
    case 'array':
      return array(build(node.items, made));
    case 'map':
      return map(build(node.values, made));
    case 'union': {
      const branches = node.branches.map((branch) => build(branch, made));
      return (cursor) => branches[cursor.index(branches.length, 'a union')]?.(cursor) ?? null;
    }
  }
}

function record(node: Extract<AvroNode, { kind: 'record' }>, made: Map<AvroNode, ReadAvro>): ReadAvro {
  const known = made.get(node);
  if (known) return known;
  const fields: { name: string; read: ReadAvro }[] = [];
  const read: ReadAvro = (cursor) => {
    const entries: { [name: string]: AvroValue } = {};
    for (const field of fields) define(entries, field.name, field.read(cursor));
    return entries satisfies Record;
  };
  made.set(node, read);
  for (const { name, type } of node.fields) fields.push({ name, read: build(type, made) });
  return read;
}

function array(item: ReadAvro): ReadAvro {
  return (cursor) => {
    const items: AvroValue[] = [];
    for (let count = cursor.items(); count > 0; count = cursor.items()) {
      for (let index = 0; index < count; index++) items.push(item(cursor));
    }
    return items;
  };
}

function map(value: ReadAvro): ReadAvro {
  return (cursor) => {
    const entries: { [name: string]: AvroValue } = {};
    for (let count = cursor.items(); count > 0; count = cursor.items()) {
      for (let index = 0; index < count; index++) define(entries, cursor.text(), value(cursor));
    }
    return entries;
  };
}

/** A name may be `__proto__`, which a plain assignment would not make an entry. */
function define(entries: { [name: string]: AvroValue }, name: string, value: AvroValue): void {
  if (name === '__proto__') Object.defineProperty(entries, name, { value, enumerable: true });
  else entries[name] = value;
}
