import { openAvro } from '../../../formats/avro.ts';
import type { AvroCursor } from '../../../formats/avro-cursor.ts';
import { avroReader } from '../../../formats/avro-reader.ts';
import type { AvroField } from '../../../formats/avro-schema.ts';
import { type LeafColumn, writeAbsent } from '../../../formats/parquet-writer/columns.ts';
import { openLocalFile } from '../../../formats/range-source.ts';
import { jsonReader } from './avro-json.ts';
import { type AvroConversion, avroConversion } from './avro-types.ts';
import type { LocalFile } from './files.ts';
import { leafOf, type RewriteTarget } from './rewrite.ts';

/** A column that was asked for. */
export interface AvroColumn {
  readonly name: string;
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

/**
 * Writes an Avro file's records as rows.
 * @param columns of the target: those of `reading` and, last, the one for rescued data.
 * Rejects with `avro.corrupt`.
 */
export async function writeAvroRows(
  { writer, columns: targets, endRow }: RewriteTarget,
  file: LocalFile,
  { columns, rescues, signal }: AvroReading,
): Promise<void> {
  await using source = await openLocalFile(file.localPath);
  const avro = await openAvro({ ...source, name: file.url, byteLength: source.byteLength });
  const rescue = new Rescue(leafOf(targets.at(-1)), file.url);
  const taken = new Set<number>();
  const takes = avro.fields.map((field): TakeField => {
    const index = columns.findIndex(({ name }) => name === field.name);
    const [column, conversion] = [targets[index], columns[index]?.conversion];
    if (column && conversion) {
      taken.add(index);
      const write = conversion.writer(column);
      return (cursor) => write(cursor, 0);
    }
    return rescues ? rescue.taking(field) : skipping(field);
  });
  const missing = columns.flatMap((_, index) => (taken.has(index) ? [] : (targets[index] ?? [])));
  await avro.decode((cursor) => {
    for (const take of takes) take(cursor);
    for (const column of missing) writeAbsent(column, 0, 0);
    rescue.endRow();
    return endRow() ? writer.flush() : undefined;
  }, signal);
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

  constructor(column: LeafColumn, url: string) {
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
