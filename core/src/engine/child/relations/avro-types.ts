import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { AvroCursor } from '../../../formats/avro-cursor.ts';
import type { AvroNode } from '../../../formats/avro-schema.ts';
import {
  type Column,
  type LeafColumn,
  type ParquetType,
  type Primitive,
  writeAbsent,
} from '../../../formats/parquet-writer/columns.ts';

/** Reads one value at the cursor and writes it as a value of a column. */
export type WriteValue = (cursor: AvroCursor, repetition: number) => void;

/** How values of one Avro type come into DuckDB: as the Parquet column that Spark's reader would have made of them. */
export interface AvroConversion {
  readonly duckdbType: string;
  readonly parquet: ParquetType;
  /** @param column made from `parquet`. */
  readonly writer: (column: Column) => WriteValue;
}

/** The types of Spark's Avro reader (SchemaConverters). @throws ExpectedError `engine.type-not-emulated`. */
export function avroConversion(node: AvroNode, where: string): AvroConversion {
  return convert(node, { where, above: [] });
}

/** Where a type stands: for people, and the records that it is in. */
interface Place {
  readonly where: string;
  readonly above: readonly AvroNode[];
}

function convert(node: AvroNode, place: Place): AvroConversion {
  switch (node.kind) {
    case 'boolean':
      return leaf('boolean', (column) => (cursor, repetition) => column.boolean(repetition, cursor.boolean()));
    case 'float':
      return leaf('float', (column) => (cursor, repetition) => column.present(repetition).float(cursor.float()));
    case 'double':
      return leaf('double', (column) => (cursor, repetition) => column.present(repetition).double(cursor.double()));
    case 'string':
      return leaf('text', (column) => (cursor, repetition) => {
        const size = cursor.size();
        const start = cursor.skip(size);
        column.present(repetition).sizedText(cursor.bytes, start, start + size);
      });
    case 'enum': {
      const { symbols } = node;
      return leaf('text', (column) => (cursor, repetition) => {
        column.present(repetition).text(symbols[cursor.index(symbols.length, 'an enum')] ?? '');
      });
    }
    case 'int':
    case 'long':
      return whole(node, place);
    case 'bytes':
    case 'fixed':
      return binary(node, place);
    case 'record':
      return record(node, place);
    case 'array':
      return array(convert(node.items, place));
    case 'map':
      return map(convert(node.values, place));
    case 'union':
      return union(node.branches, place);
    case 'null':
      throw unknownType('null', place);
  }
}

/** An Avro int as BIGINT, a float as DOUBLE: Spark's reader widens where that was asked for. Undefined where it does not. */
export function widened(node: AvroNode, conversion: AvroConversion, duckdbType: string): AvroConversion | undefined {
  const branches = node.kind === 'union' ? node.branches.filter(({ kind }) => kind !== 'null') : [node];
  const [only] = branches;
  if (branches.length !== 1 || !only) return undefined;
  const wider =
    conversion.duckdbType === 'INTEGER' && duckdbType === 'BIGINT'
      ? bigint
      : conversion.duckdbType === 'FLOAT' && duckdbType === 'DOUBLE'
        ? floatAsDouble
        : undefined;
  return wider && (node.kind === 'union' ? nullable(node.branches, wider) : wider);
}

const duckdbTypes: Readonly<Record<Primitive, string>> = {
  boolean: 'BOOLEAN',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  bytes: 'BLOB',
  text: 'VARCHAR',
  date: 'DATE',
  instant: 'TIMESTAMP WITH TIME ZONE',
};

function leaf(primitive: Primitive, writer: (column: LeafColumn) => WriteValue): AvroConversion {
  return {
    duckdbType: duckdbTypes[primitive],
    parquet: { kind: primitive },
    writer: (column) => {
      if (column.kind !== 'leaf') throw new Error(`a ${primitive} is written to a ${column.kind}`);
      return writer(column);
    },
  };
}

const int32 = (primitive: 'int32' | 'date'): AvroConversion =>
  leaf(primitive, (column) => (cursor, repetition) => column.present(repetition).int32(cursor.int()));

/** The number's halves as they were read: no bigint is made on the way. */
const int64 = (primitive: 'int64' | 'instant'): AvroConversion =>
  leaf(primitive, (column) => (cursor, repetition) => {
    cursor.varint();
    const values = column.present(repetition);
    values.int32(cursor.low);
    values.int32(cursor.high);
  });

const bigint = int64('int64');
const floatAsDouble = leaf(
  'double',
  (column) => (cursor, repetition) => column.present(repetition).double(cursor.float()),
);

function whole({ kind, logical }: Extract<AvroNode, { kind: 'int' | 'long' }>, place: Place): AvroConversion {
  switch (logical) {
    case undefined:
      return kind === 'int' ? int32('int32') : bigint;
    case 'date':
      return int32('date');
    case 'timestamp-millis':
      return leaf('instant', (column) => (cursor, repetition) => {
        column.present(repetition).int64(cursor.long() * 1000n);
      });
    case 'timestamp-micros':
      return int64('instant');
    default:
      throw unknownType(`${kind} (${logical})`, place);
  }
}

function binary(node: Extract<AvroNode, { kind: 'bytes' | 'fixed' }>, place: Place): AvroConversion {
  const { kind, logical, size: fixed } = node;
  if (logical !== undefined) throw unknownType(`${kind} (${logical})`, place);
  return leaf('bytes', (column) => (cursor, repetition) => {
    const size = kind === 'fixed' ? fixed : cursor.size();
    const start = cursor.skip(size);
    column.present(repetition).sized(cursor.bytes, start, start + size);
  });
}

function struct(members: readonly { readonly name: string; readonly inner: AvroConversion }[]): {
  readonly duckdbType: string;
  readonly parquet: ParquetType;
} {
  return {
    duckdbType: `STRUCT(${members.map(({ name, inner }) => `${quoteIdentifier(name)} ${inner.duckdbType}`).join(', ')})`,
    parquet: { kind: 'struct', fields: members.map(({ name, inner }) => ({ name, type: inner.parquet })) },
  };
}

function record(node: Extract<AvroNode, { kind: 'record' }>, { where, above }: Place): AvroConversion {
  // As columns it would have no end.
  if (above.includes(node)) throw unknownType(`${node.name}, which holds itself`, { where, above });
  const members = node.fields.map(({ name, type }) => ({
    name,
    inner: convert(type, { where: `${where}.${name}`, above: [...above, node] }),
  }));
  return {
    ...struct(members),
    writer: (column) => {
      const columns = column.kind === 'struct' ? column.fields : [];
      const writers = members.map(({ inner }, index) => inner.writer(at(columns, index)));
      return (cursor, repetition) => {
        for (const write of writers) write(cursor, repetition);
      };
    },
  };
}

function array(item: AvroConversion): AvroConversion {
  return {
    duckdbType: `${item.duckdbType}[]`,
    parquet: { kind: 'list', item: item.parquet },
    writer: (column) => {
      if (column.kind !== 'list') throw new Error(`an array is written to a ${column.kind}`);
      const write = item.writer(column.item);
      return (cursor, repetition) => {
        let at = repetition;
        for (let count = cursor.items(); count > 0; count = cursor.items()) {
          for (let index = 0; index < count; index++, at = column.repetition) write(cursor, at);
        }
        if (at === repetition) writeAbsent(column.item, repetition, column.definition);
      };
    },
  };
}

function map(inner: AvroConversion): AvroConversion {
  return {
    duckdbType: `MAP(VARCHAR, ${inner.duckdbType})`,
    parquet: { kind: 'map', value: inner.parquet },
    writer: (column) => {
      if (column.kind !== 'map') throw new Error(`a map is written to a ${column.kind}`);
      const write = inner.writer(column.value);
      return (cursor, repetition) => {
        const keys = new Set<string>();
        for (let count = cursor.items(); count > 0; count = cursor.items()) {
          for (let index = 0; index < count; index++) {
            const key = newKey(keys, cursor);
            const at = keys.size === 1 ? repetition : column.repetition;
            column.key.present(at).text(key);
            write(cursor, at);
          }
        }
        if (keys.size === 0) writeAbsent(column, repetition, column.definition);
      };
    },
  };
}

/** The next key of a map. No writer repeats one, and there is no value for a key that stands twice. */
export function newKey(keys: Set<string>, cursor: AvroCursor): string {
  const key = cursor.text();
  if (keys.has(key)) throw new Error(`a map holds the key ${JSON.stringify(key)} twice`);
  keys.add(key);
  return key;
}

/** null and one type: that type. int and long, float and double: the wider. Any others: struct<member0, member1, ...>. */
function union(branches: readonly AvroNode[], place: Place): AvroConversion {
  const members = branches.filter(({ kind }) => kind !== 'null');
  const kinds = new Set(members.map(({ kind }) => kind));
  const [only] = members;
  if (only && members.length === 1) return nullable(branches, convert(only, place));
  const conversions = members.map((branch) => convert(branch, place));
  const isPlain = conversions.every(({ duckdbType }) => /^(INTEGER|BIGINT|FLOAT|DOUBLE)$/.test(duckdbType));
  if (isPlain && kinds.size === 2 && kinds.has('int') && kinds.has('long')) return nullable(branches, bigint);
  if (isPlain && kinds.size === 2 && kinds.has('float') && kinds.has('double')) return eitherFloat(branches);
  return memberStruct(branches, conversions);
}

function nullable(branches: readonly AvroNode[], inner: AvroConversion): AvroConversion {
  return {
    ...inner,
    writer: (column) => {
      const write = inner.writer(column);
      return (cursor, repetition) => {
        const branch = branches[cursor.index(branches.length, 'a union')];
        if (branch?.kind === 'null') writeAbsent(column, repetition, column.definition - 1);
        else write(cursor, repetition);
      };
    },
  };
}

function eitherFloat(branches: readonly AvroNode[]): AvroConversion {
  return leaf('double', (column) => (cursor, repetition) => {
    const branch = branches[cursor.index(branches.length, 'a union')];
    if (branch?.kind === 'null') writeAbsent(column, repetition, column.definition - 1);
    else column.present(repetition).double(branch?.kind === 'float' ? cursor.float() : cursor.double());
  });
}

function memberStruct(branches: readonly AvroNode[], conversions: readonly AvroConversion[]): AvroConversion {
  /** For each branch its place among the members; -1 for null. */
  const places = branches.map((branch, index) =>
    branch.kind === 'null' ? -1 : branches.slice(0, index).filter(({ kind }) => kind !== 'null').length,
  );
  return {
    ...struct(conversions.map((inner, index) => ({ name: `member${index}`, inner }))),
    writer: (column) => {
      const columns = column.kind === 'struct' ? column.fields : [];
      const writers = conversions.map((inner, index) => inner.writer(at(columns, index)));
      const here = column.definition;
      return (cursor, repetition) => {
        const place = places[cursor.index(places.length, 'a union')] ?? -1;
        for (const [index, write] of writers.entries()) {
          if (index === place) write(cursor, repetition);
          else writeAbsent(at(columns, index), repetition, place < 0 ? here - 1 : here);
        }
      };
    },
  };
}

function at(columns: readonly Column[], index: number): Column {
  const column = columns[index];
  if (!column) throw new Error(`a struct has no column ${index}`);
  return column;
}

function unknownType(type: string, { where }: Place): ExpectedError {
  return new ExpectedError({
    code: 'engine.type-not-emulated',
    message: `${where} is of the Avro type ${type}, which is not read here.`,
    nextStep: 'Leave the field out by naming the others in schema =>.',
  });
}
