import { openAvro } from '../../../formats/avro.ts';
import type { AvroCursor } from '../../../formats/avro-cursor.ts';
import { avroReader } from '../../../formats/avro-reader.ts';
import type { AvroField } from '../../../formats/avro-schema.ts';
import {
  type Column,
  type LeafColumn,
  type ParquetType,
  writeAbsent,
} from '../../../formats/parquet-writer/columns.ts';
import { ParquetWriter } from '../../../formats/parquet-writer/parquet-writer.ts';
import { openLocalFile } from '../../../formats/range-source.ts';
import { jsonReader } from './avro-json.ts';
import { type AvroConversion, avroConversion } from './avro-types.ts';
import type { LocalFile } from './files.ts';

/** A column that was asked for. */
export interface AvroColumn {
  readonly name: string;
  /** How it is stored; undefined where no file has it. */
  readonly parquet: ParquetType | undefined;
  /** Undefined where this file lacks it. */
  readonly conversion: AvroConversion | undefined;
}

export interface AvroReading {
  readonly columns: readonly AvroColumn[];
  readonly rescues: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What one field of a record becomes: it moves the cursor over the field's value. */
type TakeField = (cursor: AvroCursor) => void;

/** Rewrites an Avro file as Parquet with the columns c0, c1, ... and `rescued`. Rejects with `avro.corrupt`. */
export async function writeAvroRows(file: LocalFile, target: string, reading: AvroReading): Promise<void> {
  const { columns, rescues, signal } = reading;
  await using source = await openLocalFile(file.localPath);
  const avro = await openAvro({ ...source, name: file.url, byteLength: source.byteLength });
  const stored = columns.map(({ parquet }, index) => ({
    name: `c${index}`,
    // A column that no file has is NULL whatever it is stored as.
    type: parquet ?? ({ kind: 'text' } as const),
  }));
  await using writer = await ParquetWriter.create(target, [...stored, { name: 'rescued', type: { kind: 'text' } }]);
  const rescue = new Rescue(writer.columns.at(-1), file.url);
  const taken = new Set<number>();
  const takes = avro.fields.map((field): TakeField => {
    const index = columns.findIndex(({ name }) => name === field.name);
    const [column, conversion] = [writer.columns[index], columns[index]?.conversion];
    if (column && conversion) {
      taken.add(index);
      const write = conversion.writer(column);
      return (cursor) => write(cursor, 0);
    }
    return rescues ? rescue.taking(field) : skipping(field);
  });
  const missing = columns.flatMap((_, index) => (taken.has(index) ? [] : (writer.columns[index] ?? [])));
  await avro.decode((cursor) => {
    for (const take of takes) take(cursor);
    for (const column of missing) writeAbsent(column, 0, 0);
    rescue.endRow();
    return writer.endRow() ? writer.flush() : undefined;
  }, signal);
  await writer.finish();
}

function skipping({ type }: AvroField): TakeField {
  const read = avroReader(type);
  return (cursor) => void read(cursor);
}

/** What the schema does not name is not lost; fields that hold nothing are left out. */
class Rescue {
  readonly #column: LeafColumn;
  readonly #end: string;
  #entries = '';

  constructor(column: Column | undefined, url: string) {
    if (column?.kind !== 'leaf') throw new Error('rescued data is one column');
    this.#column = column;
    this.#end = `"_file_path":${JSON.stringify(url)}}`;
  }

  /** @throws ExpectedError `engine.type-not-emulated` for a type that is not read, here as in a column. */
  taking({ name, type }: AvroField): TakeField {
    avroConversion(type, name);
    const read = jsonReader(type);
    const key = `${JSON.stringify(name)}:`;
    return (cursor) => {
      const value = read(cursor);
      if (value !== 'null') this.#entries += `${key}${value},`;
    };
  }

  endRow(): void {
    if (this.#entries === '') this.#column.absent(0, 0);
    else this.#column.present(0).text(`{${this.#entries}${this.#end}`);
    this.#entries = '';
  }
}
