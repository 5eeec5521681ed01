import avro from 'avsc';
import { attempt, type AvroHeader, blocks, corrupt, type Inflate, inflateFor, readHeader } from './avro-container.ts';
import { type AvroNode, type AvroSchema, avroTypeText, resolveSchema } from './avro-schema.ts';
import { avroCell, type AvroValue, plainValue } from './avro-values.ts';
import type { PreviewFile } from './preview-file.ts';
import type { RangeSource } from './range-source.ts';

export type AvroRecord = Readonly<Record<string, AvroValue>>;

export interface AvroFile extends PreviewFile {
  /** The writer's schema as the header has it. */
  readonly schema: AvroSchema;
  readonly codec: string;
  /** Streams the records from the start, a chunk of the file at a time. Rejects with `avro.corrupt`. */
  records(signal?: AbortSignal): AsyncIterable<AvroRecord>;
}

/**
 * Opens an Avro object container file, Event Hubs Capture's files included. A record schema gives its fields as columns; another
 * one a single column `value`. Rejects with `avro.corrupt` or `avro.unsupported-codec`.
 */
export async function openAvro(source: RangeSource, signal?: AbortSignal): Promise<AvroFile> {
  const header = await readHeader(source, signal);
  const { schema, codec } = header;
  const inflate = inflateFor(source, codec);
  const { node, type } = describe(source, schema);
  const fields = node.kind === 'record' ? node.fields : [{ name: 'value', type: node }];
  async function* records(readSignal?: AbortSignal): AsyncIterable<AvroRecord> {
    for await (const value of decode(source, header, type, inflate, readSignal)) {
      const plain = plainValue(node, value);
      yield node.kind === 'record' ? (plain as AvroRecord) : { value: plain };
    }
  }
  return {
    schema,
    codec,
    columns: fields.map(({ name, type }) => ({ name, typeText: avroTypeText(type) })),
    records,
    async readRows(start, count, readSignal) {
      const rows = [];
      let index = 0;
      for await (const record of records(readSignal)) {
        if (index >= start + count) return { rows, more: true };
        if (index >= start) rows.push(fields.map(({ name, type }) => avroCell(type, record[name] ?? null)));
        index += 1;
      }
      return { rows, more: false };
    },
  };
}

function describe(source: RangeSource, schema: AvroSchema): { node: AvroNode; type: avro.Type } {
  try {
    return { node: resolveSchema(schema), type: avro.Type.forSchema(schema as avro.Schema, { typeHook: int64 }) };
  } catch (cause) {
    throw corrupt(source, `its schema is not valid (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

/** Int64 as bigint: avsc's own long refuses what a JavaScript number cannot hold. */
const longType = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/** A registry would serve only `"long"`, not `{"type": "long", "logicalType": ...}`. */
function int64(schema: avro.Schema): avro.Type | undefined {
  const type = typeof schema === 'object' && 'type' in schema ? schema.type : schema;
  return type === 'long' ? longType : undefined;
}

/**
 * Block after block (Avro specification, "Object Container Files"). By hand, because avsc's stream ends in silence where a file was
 * cut short.
 */
async function* decode(
  source: RangeSource,
  header: AvroHeader,
  type: avro.Type,
  inflate: Inflate,
  signal?: AbortSignal,
): AsyncIterable<unknown> {
  for await (const block of blocks(source, header, signal)) {
    const bytes = attempt(source, block.offset, () => inflate(block.data));
    let at = 0;
    for (let index = 0; index < block.count; index++) {
      const { value, offset } = attempt(source, block.offset, () => type.decode(bytes, at) as Decoded);
      if (offset < 0) throw corrupt(source, `the block at byte ${block.offset} holds fewer records than it says`);
      at = offset;
      yield value;
    }
  }
}

/** avsc types it as any; an offset below 0 means that the bytes ended too early. */
interface Decoded {
  readonly value: unknown;
  readonly offset: number;
}
