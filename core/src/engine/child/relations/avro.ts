import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import { openAvro } from '../../../formats/avro.ts';
import type { AvroField } from '../../../formats/avro-schema.ts';
import type { ParquetType } from '../../../formats/parquet-writer/columns.ts';
import { openLocalFile } from '../../../formats/range-source.ts';
import type { RelationColumn } from '../../../sql/contract.ts';
import { type AvroColumn, writeAvroRows } from './avro-rows.ts';
import { type AvroConversion, avroConversion, widened } from './avro-types.ts';
import type { FileFormat, LocalFile } from './files.ts';
import { type ReadOptions, refuseOption } from './read-options.ts';
import { rewriteFiles } from './rewrite.ts';

/**
 * Avro with the schema that Spark's reader gives it. `schema` chooses columns by name; fields of the file that it does not name
 * are rescued where that was asked for. Each file is rewritten as Parquet once, value by value as it is read: DuckDB reads that
 * in parallel, only the columns that are asked for, and within its memory.
 */
export const avroFormat: FileFormat = {
  options: new Set(['schema', 'rescueddatacolumn', 'schemaevolutionmode']),
  firstFileTells: true,
  columns: async (_binding, files, options) => {
    const columns = await columnsOf(files, options);
    return options.rescuedColumn === undefined
      ? columns
      : [...columns, { name: options.rescuedColumn, duckdbType: 'VARCHAR' }];
  },
  select: async (binding, files, options) => {
    const columns = await columnsOf(files, options);
    if (files.length === 0) return selectSql('', columns, options.rescuedColumn);
    const fields = await mapConcurrently(files, 8, fieldsOf);
    const shapes = new Map(
      files.map((file, index) => [file, columns.map((column) => shapeOf(column, file, fields[index] ?? []))]),
    );
    const stored = storedColumns([...shapes.values()]);
    const rescues = options.rescuedColumn !== undefined;
    const asked = columns.map(({ name, duckdbType }) => [name, duckdbType]);
    const rows = await rewriteFiles(binding.run, files, {
      reading: ['avro', asked, stored, rescues],
      fields: [
        ...stored.map((type, index) => ({ name: `c${index}`, type })),
        { name: 'rescued', type: { kind: 'text' } },
      ],
      writeRows: (target, file) =>
        writeAvroRows(target, file, { columns: shapes.get(file) ?? [], rescues, signal: binding.run.signal }),
    });
    return selectSql(rows, columns, options.rescuedColumn);
  },
};

/** How each column is stored: as the first file that has it gives it. */
function storedColumns(shapes: readonly (readonly AvroColumn[])[]): readonly ParquetType[] {
  const width = shapes[0]?.length ?? 0;
  return Array.from({ length: width }, (_, index) => {
    const found = shapes.find((shape) => shape[index]?.conversion)?.[index]?.conversion?.parquet;
    // A column that no file has is NULL whatever it is stored as.
    return found ?? ({ kind: 'text' } as const);
  });
}

async function columnsOf(files: readonly LocalFile[], options: ReadOptions): Promise<readonly RelationColumn[]> {
  if (options.schema) return options.schema.map(({ name, type }) => ({ name, duckdbType: deltaToDuckdb(type) }));
  const [first] = files;
  if (!first) {
    throw refuseOption(options.relation, 'The folder holds no Avro file.', 'Land the files first, or say schema =>.');
  }
  const fields = await fieldsOf(first);
  return fields.map(({ name, type }) => ({ name, duckdbType: avroConversion(type, name).duckdbType }));
}

async function fieldsOf(file: LocalFile): Promise<readonly AvroField[]> {
  await using source = await openLocalFile(file.localPath);
  return (await openAvro({ ...source, name: file.url, byteLength: source.byteLength })).fields;
}

/** A column as a file gives it. */
function shapeOf(column: RelationColumn, file: LocalFile, fields: readonly AvroField[]): AvroColumn {
  const field = fields.find(({ name }) => name === column.name);
  return { name: column.name, conversion: field && conversionTo(column, field, file) };
}

/** Spark's reader widens numbers where the asked type is wider; for anything else the types must be the same. */
function conversionTo({ name, duckdbType }: RelationColumn, { type }: AvroField, file: LocalFile): AvroConversion {
  const found = avroConversion(type, `${file.url}: ${name}`);
  if (found.duckdbType === duckdbType) return found;
  const wider = widened(type, found, duckdbType);
  if (wider) return wider;
  throw new ExpectedError({
    code: 'engine.type-not-emulated',
    message: `${name} of ${file.url} is ${found.duckdbType}, and schema => asks for ${duckdbType}.`,
    nextStep: 'Ask for the type that the file has, and convert it in the query.',
  });
}

/** @param rows none where there are no files. */
function selectSql(rows: string, columns: readonly RelationColumn[], rescuedColumn: string | undefined): string {
  const isEmpty = rows === '';
  const values = columns.map(({ name, duckdbType }, index) => {
    return `CAST(${isEmpty ? 'NULL' : `c${index}`} AS ${duckdbType}) AS ${quoteIdentifier(name)}`;
  });
  const rescued =
    rescuedColumn === undefined
      ? []
      : [`${isEmpty ? 'NULL::VARCHAR' : 'rescued'} AS ${quoteIdentifier(rescuedColumn)}`];
  const list = [...values, ...rescued].join(', ');
  return isEmpty ? `SELECT ${list}, NULL::VARCHAR AS __file WHERE false` : `SELECT ${list}, __file FROM (${rows})`;
}
