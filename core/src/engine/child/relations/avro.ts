import { createHash } from 'node:crypto';
import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../../../delta/duckdb-types.ts';
import { openAvro } from '../../../formats/avro.ts';
import type { AvroField } from '../../../formats/avro-schema.ts';
import { openLocalFile } from '../../../formats/range-source.ts';
import type { RelationColumn } from '../../../sql/contract.ts';
import { type AvroColumn, writeAvroRows } from './avro-rows.ts';
import { type AvroConversion, avroConversion, widened } from './avro-types.ts';
import type { Binding } from './bind.ts';
import type { FileFormat, LocalFile } from './files.ts';
import { type ReadOptions, refuseOption } from './read-options.ts';

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
    const fields = await mapConcurrently(files, 8, fieldsOf);
    const shape = columns.map((column) => shapeOf(column, files, fields));
    const written: string[] = [];
    for (const [index, file] of files.entries()) {
      const found = new Map((fields[index] ?? []).map((field) => [field.name, field]));
      written.push(
        await rewrite(
          binding,
          file,
          shape.map((make) => make(found, file)),
          options,
        ),
      );
    }
    return selectSql(files, written, columns, options.rescuedColumn);
  },
};

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

type MakeColumn = (found: ReadonlyMap<string, AvroField>, file: LocalFile) => AvroColumn;

/** A column as each file gives it; a file that lacks it gives NULLs, in the type of those that have it. */
function shapeOf(
  column: RelationColumn,
  files: readonly LocalFile[],
  fields: readonly (readonly AvroField[])[],
): MakeColumn {
  const conversions = files.flatMap((file, index) => {
    const field = fields[index]?.find(({ name }) => name === column.name);
    return field ? [conversionTo(column, field, file)] : [];
  });
  const [first] = conversions;
  return (found, file) => {
    const field = found.get(column.name);
    return { name: column.name, parquet: first?.parquet, conversion: field && conversionTo(column, field, file) };
  };
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

/** Counted up with every change of what is written: copies of older versions are not taken for it. */
const rewriteVersion = 1;

async function rewrite(
  { run }: Binding,
  file: LocalFile,
  columns: readonly AvroColumn[],
  { rescuedColumn }: ReadOptions,
): Promise<string> {
  const rescues = rescuedColumn !== undefined;
  const asked = columns.map(({ name, parquet, conversion }) => [name, parquet, conversion?.duckdbType]);
  const reading = JSON.stringify(['avro', rewriteVersion, file.url, asked, rescues]);
  const digest = createHash('sha256').update(reading).digest('hex').slice(0, 16);
  return await run.context.cache.derived(file, `${digest}.parquet`, (target) =>
    writeAvroRows(file, target, { columns, rescues, signal: run.signal }),
  );
}

function selectSql(
  files: readonly LocalFile[],
  written: readonly string[],
  columns: readonly RelationColumn[],
  rescuedColumn: string | undefined,
): string {
  const values = columns.map(({ name, duckdbType }, index) => {
    const stored = written.length === 0 ? 'NULL' : `r.c${index}`;
    return `CAST(${stored} AS ${duckdbType}) AS ${quoteIdentifier(name)}`;
  });
  const rescued =
    rescuedColumn === undefined
      ? []
      : [`${written.length === 0 ? 'NULL::VARCHAR' : 'r.rescued'} AS ${quoteIdentifier(rescuedColumn)}`];
  const list = [...values, ...rescued].join(', ');
  if (written.length === 0) return `SELECT ${list}, NULL::VARCHAR AS __file WHERE false`;
  const paths = written.map(quoteLiteral);
  const sources = files.map(({ localPath }, index) => `(${paths[index] ?? ''}, ${quoteLiteral(localPath)})`);
  return `SELECT ${list}, f.__file
    FROM read_parquet([${paths.join(', ')}], hive_partitioning = false, filename = '__written') AS r
    JOIN (VALUES ${sources.join(', ')}) AS f(__written, __file) ON r.__written = f.__written`;
}
