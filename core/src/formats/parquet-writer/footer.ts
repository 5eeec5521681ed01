import { Buffer } from 'node:buffer';
import type { ParquetField, ParquetType, Primitive } from './columns.ts';
import { bool, encodeThrift, i32, i64, list, struct, text, type Thrift } from './thrift.ts';

/** `parquet.thrift`: physical types, converted types, repetition and the codec that is used here. */
const PHYSICAL: Readonly<Record<Primitive, number>> = {
  boolean: 0,
  int32: 1,
  int64: 2,
  float: 4,
  double: 5,
  bytes: 6,
  text: 6,
  date: 1,
  instant: 2,
};
const CONVERTED = { utf8: 0, map: 1, list: 3, date: 6, timestampMicros: 10 } as const;
const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;
const PLAIN = 0;
const RLE = 3;
export const ZSTD = 6;

/** A column of one row group as it lies in the file. */
export interface WrittenChunk {
  readonly path: readonly string[];
  readonly primitive: Primitive;
  readonly count: number;
  readonly offset: number;
  /** Bytes, the page's header included. */
  readonly size: number;
  readonly uncompressedSize: number;
}

export interface WrittenGroup {
  readonly rows: number;
  readonly chunks: readonly WrittenChunk[];
}

export function pageHeader(count: number, uncompressedSize: number, compressedSize: number): Buffer {
  const dataPage = struct([1, i32(count)], [2, i32(PLAIN)], [3, i32(RLE)], [4, i32(RLE)]);
  return encodeThrift(struct([1, i32(0)], [2, i32(uncompressedSize)], [3, i32(compressedSize)], [5, dataPage]));
}

/** The file's metadata with its length and the magic that ends the file. */
export function footer(fields: readonly ParquetField[], groups: readonly WrittenGroup[]): Buffer {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const root = struct([4, text('schema')], [5, i32(fields.length)]);
  const metadata = encodeThrift(
    struct(
      [1, i32(1)],
      [2, list('struct', [root, ...fields.flatMap(({ name, type }) => elements(name, type, REPETITION.optional))])],
      [3, i64(rows)],
      [4, list('struct', groups.map(rowGroup))],
      [6, text('Medallion')],
    ),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata.byteLength);
  return Buffer.concat([metadata, length, Buffer.from('PAR1')]);
}

function rowGroup({ rows, chunks }: WrittenGroup): Thrift {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.uncompressedSize, 0);
  return struct([1, list('struct', chunks.map(columnChunk))], [2, i64(bytes)], [3, i64(rows)]);
}

function columnChunk({ path, primitive, count, offset, size, uncompressedSize }: WrittenChunk): Thrift {
  const metadata = struct(
    [1, i32(PHYSICAL[primitive])],
    [2, list('i32', [i32(PLAIN), i32(RLE)])],
    [3, list('binary', path.map(text))],
    [4, i32(ZSTD)],
    [5, i64(count)],
    [6, i64(uncompressedSize)],
    [7, i64(size)],
    [9, i64(offset)],
  );
  return struct([2, i64(offset)], [3, metadata]);
}

/** The schema's tree, depth first. */
function elements(name: string, type: ParquetType, repetition: number): Thrift[] {
  const group = (children: number, converted?: number, groupName = name, groupRepetition = repetition): Thrift =>
    struct(
      [3, i32(groupRepetition)],
      [4, text(groupName)],
      [5, i32(children)],
      [6, converted === undefined ? undefined : i32(converted)],
    );
  switch (type.kind) {
    case 'struct':
      return [
        group(type.fields.length),
        ...type.fields.flatMap((field) => elements(field.name, field.type, REPETITION.optional)),
      ];
    case 'list':
      return [
        group(1, CONVERTED.list),
        group(1, undefined, 'list', REPETITION.repeated),
        ...elements('element', type.item, REPETITION.optional),
      ];
    case 'map':
      return [
        group(1, CONVERTED.map),
        group(2, undefined, 'key_value', REPETITION.repeated),
        ...elements('key', { kind: 'text' }, REPETITION.required),
        ...elements('value', type.value, REPETITION.optional),
      ];
    case 'boolean':
    case 'int32':
    case 'int64':
    case 'float':
    case 'double':
    case 'bytes':
    case 'text':
    case 'date':
    case 'instant':
      return [leaf(name, type.kind, repetition)];
  }
}

function leaf(name: string, primitive: Primitive, repetition: number): Thrift {
  const head = [
    [1, i32(PHYSICAL[primitive])],
    [3, i32(repetition)],
    [4, text(name)],
  ] as const;
  if (primitive === 'text') return struct(...head, [6, i32(CONVERTED.utf8)]);
  if (primitive === 'date') return struct(...head, [6, i32(CONVERTED.date)]);
  if (primitive !== 'instant') return struct(...head);
  // The converted type alone would not say that the instants are in UTC.
  const timestamp = struct([1, bool(true)], [2, struct([2, struct()])]);
  return struct(...head, [6, i32(CONVERTED.timestampMicros)], [10, struct([8, timestamp])]);
}
