import type { DuckDBValue } from '@duckdb/node-api';
import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import { openAvro } from '../../../formats/avro.ts';
import { type AvroField, resolveSchema } from '../../../formats/avro-schema.ts';
import type { AvroRecord } from '../../../formats/avro.ts';
import { openLocalFile } from '../../../formats/range-source.ts';
import { appendRows } from './append-rows.ts';
import type { AvroValue } from '../../../formats/avro-values.ts';
import { type AvroConversion, avroConversion } from './avro-types.ts';
import type { FileFormat, LocalFile } from './files.ts';
import { type ReadOptions, refuseOption } from './read-options.ts';

interface Column {
  readonly name: string;
  readonly duckdbType: string;
}

/**
 * Avro with the schema that Spark's reader gives it. `schema` chooses columns by name; fields of the file that it does not name
 * are rescued where that was asked for.
 */
export const avroFormat: FileFormat = {
  options: new Set(['schema', 'rescueddatacolumn', 'schemaevolutionmode']),
  firstFileTells: true,
  columns: async (_binding, files, options) => withRescued(await columnsOf(files, options), options),
  select: async (binding, files, options) => {
    const { run, scope } = binding;
    const columns = await columnsOf(files, options);
    const rescued = options.rescuedColumn;
    const all = [...withRescued(columns, options), text('__file')];
    const name = `${options.relation.placeholder}_rows`;
    const target = run.session.qualified(scope, name);
    const definitions = all.map((column) => `${quoteIdentifier(column.name)} ${column.duckdbType}`);
    await run.session.run(`CREATE TABLE ${target} (${definitions.join(', ')})`);
    for (const file of files) {
      await withFile(file, async (fields, records) => {
        const row = rowConversion(fields, columns, file, rescued !== undefined);
        await appendRows(run.session, scope, name, mapRecords(records, row));
      });
    }
    return `SELECT * FROM ${target}`;
  },
};

function withRescued(columns: readonly Column[], { rescuedColumn }: ReadOptions): readonly Column[] {
  return rescuedColumn === undefined ? columns : [...columns, text(rescuedColumn)];
}

function text(name: string): Column {
  return { name, duckdbType: 'VARCHAR' };
}

async function columnsOf(files: readonly LocalFile[], options: ReadOptions): Promise<readonly Column[]> {
  if (options.schema) return options.schema.map(({ name, type }) => ({ name, duckdbType: deltaToDuckdb(type) }));
  const [first] = files;
  if (!first) {
    throw refuseOption(options.relation, 'The folder holds no Avro file.', 'Land the files first, or say schema =>.');
  }
  return await withFile(first, async (fields) =>
    fields.map(({ name, type }) => ({ name, duckdbType: avroConversion(type, name).duckdbType })),
  );
}

async function withFile<T>(
  file: LocalFile,
  use: (fields: readonly AvroField[], records: AsyncIterable<AvroRecord>) => Promise<T>,
): Promise<T> {
  await using source = await openLocalFile(file.localPath);
  const avro = await openAvro({ ...source, name: file.url, byteLength: source.byteLength });
  const root = resolveSchema(avro.schema);
  return await use(root.kind === 'record' ? root.fields : [{ name: 'value', type: root }], avro.records());
}

async function* mapRecords(records: AsyncIterable<AvroRecord>, row: RowConversion): AsyncIterable<DuckDBValue[]> {
  for await (const record of records) yield row(record);
}

type RowConversion = (record: AvroRecord) => DuckDBValue[];

function rowConversion(
  fields: readonly AvroField[],
  columns: readonly Column[],
  file: LocalFile,
  rescues: boolean,
): RowConversion {
  const named = new Set(columns.map(({ name }) => name));
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const wanted = columns.map((column) => {
    const type = types.get(column.name);
    return {
      name: column.name,
      convert: type ? conversionTo(column, avroConversion(type, `${file.url}: ${column.name}`), file) : () => null,
    };
  });
  const rest = fields
    .filter(({ name }) => rescues && !named.has(name))
    .map(({ name, type }) => ({ name, toJson: avroConversion(type, `${file.url}: ${name}`).toJson }));
  return (record) => {
    const row = wanted.map(({ name, convert }) => convert(record[name] ?? null));
    if (rescues) row.push(rescuedJson(record, rest, file.url));
    return [...row, file.localPath];
  };
}

/** Spark's reader widens numbers where the asked type is wider; for anything else the types must be the same. */
function conversionTo(column: Column, found: AvroConversion, file: LocalFile): (value: AvroValue) => DuckDBValue {
  if (found.duckdbType === column.duckdbType) return found.toDuckdb;
  if (found.duckdbType === 'INTEGER' && column.duckdbType === 'BIGINT')
    return (value) => (value === null ? null : BigInt(value as number));
  if (found.duckdbType === 'FLOAT' && column.duckdbType === 'DOUBLE') return found.toDuckdb;
  throw new ExpectedError({
    code: 'engine.type-not-emulated',
    message: `${column.name} of ${file.url} is ${found.duckdbType}, and schema => asks for ${column.duckdbType}.`,
    nextStep: 'Ask for the type that the file has, and convert it in the query.',
  });
}

/** What the schema does not name is not lost; fields that hold nothing are left out. */
function rescuedJson(
  record: AvroRecord,
  rest: readonly { readonly name: string; readonly toJson: AvroConversion['toJson'] }[],
  url: string,
): string | null {
  const kept = rest.flatMap(({ name, toJson }) => {
    const value = record[name] ?? null;
    return value === null ? [] : [[name, toJson(value)] as const];
  });
  return kept.length === 0 ? null : JSON.stringify({ ...Object.fromEntries(kept), _file_path: url });
}
