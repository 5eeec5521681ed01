import { attempt, type AvroHeader, blocks, corrupt, inflateFor, readHeader } from './avro-container.ts';
import { AvroCursor } from './avro-cursor.ts';
import { avroReader } from './avro-reader.ts';
import { type AvroField, type AvroNode, avroTypeText, resolveSchema } from './avro-schema.ts';
import { avroCell, type AvroValue } from './avro-values.ts';
import type { PreviewFile } from './preview-file.ts';
import type { RangeSource } from './range-source.ts';

export type AvroRecord = Readonly<Record<string, AvroValue>>;

export interface AvroFile extends PreviewFile {
  readonly codec: string;
  /** Of the records; a file of anything else has one field `value`. Each record is its fields' values in this order. */
  readonly fields: readonly AvroField[];
  /** Calls `read` once for each record, from the start, a chunk of the file at a time. Rejects with `avro.corrupt`. */
  decode(read: DecodeRecord, signal?: AbortSignal): Promise<void>;
  /** Streams the records in the same way. */
  records(signal?: AbortSignal): AsyncIterable<AvroRecord>;
}

/** Moves the cursor over exactly one record. A promise that it returns is awaited before the next one. */
export type DecodeRecord = (cursor: AvroCursor) => Promise<void> | undefined;

/**
 * Opens an Avro object container file, Event Hubs Capture's files included. A record schema gives its fields as columns; another
 * one a single column `value`. Rejects with `avro.corrupt` or `avro.unsupported-codec`.
 */
export async function openAvro(source: RangeSource, signal?: AbortSignal): Promise<AvroFile> {
  const header = await readHeader(source, signal);
  const inflate = inflateFor(source, header.codec);
  const root = describe(source, header);
  const fields = root.kind === 'record' ? root.fields : [{ name: 'value', type: root }];
  /** The blocks' bytes, as often as one asks: records are read where the cursor stands. */
  async function* opened(readSignal?: AbortSignal): AsyncIterable<OpenBlock> {
    for await (const { offset, count, data } of blocks(source, header, readSignal)) {
      yield { offset, count, cursor: new AvroCursor(attempt(source, offset, () => inflate(data))) };
    }
  }
  async function* records(readSignal?: AbortSignal): AsyncIterable<AvroRecord> {
    const read = avroReader(root.kind === 'record' ? root : { kind: 'record', name: '', fields });
    for await (const { offset, count, cursor } of opened(readSignal)) {
      for (let index = 0; index < count; index++) yield attempt(source, offset, () => read(cursor) as AvroRecord);
      checkEnd(source, offset, cursor);
    }
  }
  return {
    codec: header.codec,
    fields,
    columns: fields.map(({ name, type }) => ({ name, typeText: avroTypeText(type) })),
    records,
    async decode(read, readSignal) {
      for await (const { offset, count, cursor } of opened(readSignal)) {
        for (let index = 0; index < count; index++) {
          const due = attempt(source, offset, () => read(cursor));
          if (due) await due;
        }
        checkEnd(source, offset, cursor);
      }
    },
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

interface OpenBlock {
  readonly offset: number;
  readonly count: number;
  readonly cursor: AvroCursor;
}

function describe(source: RangeSource, { schema }: AvroHeader): AvroNode {
  try {
    return resolveSchema(schema);
  } catch (cause) {
    throw corrupt(source, `its schema is not valid (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

/** A block that holds more than its records has a wrong count, or was read wrongly. */
function checkEnd(source: RangeSource, offset: number, { at, bytes }: AvroCursor): void {
  if (at === bytes.byteLength) return;
  throw corrupt(source, `the block at byte ${offset} holds more than the records that it counts`);
}
