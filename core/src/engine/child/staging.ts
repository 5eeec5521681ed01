import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { ExpectedError } from '../../base/expected-error.ts';
import type { Metadata } from '../../delta/actions.ts';
import { fieldIds, isMapped, physicalName, physicalSchema, physicalValue } from '../../delta/column-mapping.ts';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../../delta/duckdb-types.ts';
import type { WriteParquetRows } from '../../delta/checkpoint-writer.ts';
import { indexedColumns, type LeafColumn } from '../../delta/indexed-columns.ts';
import { partitionLiteral, partitionTextSql } from '../../delta/partition-values.ts';
import { type DeltaField, type DeltaStruct, type DeltaType, field } from '../../delta/schema.ts';
import { type CopiedFile, dataFileFromCopy, type NewDataFile } from '../../delta/statistics.ts';
import type { CountedNulls } from './checks.ts';
import type { Run } from './context.ts';
import { declaredField } from '../../delta/declared-types.ts';
import type { BoundRelations } from './relations/bind.ts';
import type { Session } from './session.ts';

/** A statement's result before anyone can see it: a table of the session. */
export interface StagedRows {
  /** Quoted, valid from everywhere in the session. */
  readonly table: string;
  readonly schema: DeltaStruct;
  readonly rows: number;
}

/** What of a table's definition decides how its files look. */
export type TableLayout = Pick<Metadata, 'partitionColumns' | 'configuration'>;

/** A data file on disk, and what the commit will say of it. */
export interface StagedFile {
  readonly localPath: string;
  readonly file: NewDataFile;
}

/** The columns that a query gives, as a table's schema. @throws ExpectedError `engine.duplicate-column`, `delta.unsupported-type`. */
export function schemaOf({ columns }: Pick<BoundRelations, 'columns'>): DeltaStruct {
  // DuckDB would rename the second of two columns; Databricks refuses the statement, and so does this.
  const names = columns.map(({ name }) => name.toLowerCase());
  const duplicate = names.find((name, index) => names.indexOf(name) < index);
  if (duplicate !== undefined) throw duplicateColumn(duplicate);
  const fields = columns.map(({ name, typeText, notes }) => {
    const { type, metadata } = declaredField(notes?.declared ?? typeText);
    return { ...field(name, type), metadata };
  });
  return { type: 'struct', fields };
}

/**
 * Runs a query into a table of the session that has exactly the schema's columns.
 * @param select one DuckDB expression for each of the schema's columns, over `q`, the query's result.
 */
export async function stageRows(
  run: Run,
  bound: BoundRelations,
  schema: DeltaStruct,
  select = schema.fields.map(({ name }) => `q.${quoteIdentifier(name)}`),
): Promise<StagedRows> {
  const { session } = run;
  const table = session.qualified(bound.scope, '__staged');
  await session.enter(bound.scope);
  await session.run(`CREATE TABLE ${table} AS ${typedQuery(bound, schema, select)}`);
  run.context.counters.resultsHeld += 1;
  const count = await session.read(`SELECT count(*) FROM ${table}`);
  return { table, schema, rows: Number(count.value(0, 0)) };
}

/**
 * Runs a query straight into the Parquet files that a commit will make part of a table: rows are computed and written once, and
 * what the checks read is what readers of the table will. `table` is a view over the files.
 */
export async function stageFiles(
  run: Run,
  bound: BoundRelations,
  schema: DeltaStruct,
  table: TableLayout,
  folder: string,
): Promise<StagedRows & { readonly files: readonly StagedFile[]; readonly nulls?: CountedNulls }> {
  const indexed = indexedColumns(schema.fields, table);
  if (isMapped(table.configuration) || !schema.fields.every(({ type }) => isExactInParquet(type))) {
    const held = await stageRows(run, bound, schema);
    return { ...held, files: await writeDataFiles(run, held, table, folder) };
  }
  const { session } = run;
  await session.enter(bound.scope);
  const files = await copyFiles(run, typedQuery(bound, schema), { schema, table, indexed, folder });
  const staged = session.qualified(bound.scope, '__staged');
  await session.run(`CREATE VIEW ${staged} AS ${stagedFilesSql(files, schema, table.partitionColumns)}`);
  const rows = files.reduce((sum, { file }) => sum + file.rows, 0);
  return { table: staged, schema, files, rows, nulls: nullsIn(files, schema) };
}

/** The NULLs of each column of which every file says how many it has. */
function nullsIn(files: readonly StagedFile[], { fields }: DeltaStruct): CountedNulls {
  const counts = files.map(({ file }) => (JSON.parse(file.stats) as { nullCount?: Record<string, unknown> }).nullCount);
  const nulls = new Map<string, number>();
  for (const { name } of files.length > 0 ? fields : []) {
    const each = counts.map((count) => count?.[name]).filter((count) => typeof count === 'number');
    if (each.length === files.length)
      nulls.set(
        quoteIdentifier(name),
        each.reduce((sum, count) => sum + count, 0),
      );
  }
  return nulls;
}

/** The query with exactly the schema's columns. */
function typedQuery(
  bound: Pick<BoundRelations, 'sql' | 'columns'>,
  schema: DeltaStruct,
  select = schema.fields.map(({ name }) => `q.${quoteIdentifier(name)}`),
): string {
  const columns = schema.fields.map(
    ({ name, type }, index) => `CAST(${select[index] ?? 'NULL'} AS ${deltaToDuckdb(type)}) AS ${quoteIdentifier(name)}`,
  );
  const names = bound.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  return `SELECT ${columns.join(', ')} FROM (${bound.sql}) AS q(${names})`;
}

/** True for types whose values come back from Parquet as DuckDB wrote them. */
function isExactInParquet(type: DeltaType): boolean {
  if (typeof type === 'string') return exactInParquet.has(type) || type.startsWith('decimal');
  if (type.type === 'array') return isExactInParquet(type.elementType);
  if (type.type === 'map') return isExactInParquet(type.keyType) && isExactInParquet(type.valueType);
  return type.fields.every((inner) => isExactInParquet(inner.type));
}

const exactInParquet: ReadonlySet<string> = new Set([
  'string',
  'boolean',
  'byte',
  'short',
  'integer',
  'long',
  'float',
  'double',
  'date',
  'timestamp',
  'timestamp_ntz',
  'binary',
]);

/** Files of one partition are read together; partition values are constants, as in every scan of the table. */
function stagedFilesSql(
  files: readonly StagedFile[],
  { fields }: DeltaStruct,
  partitionColumns: readonly string[],
): string {
  const scan = (select: (column: DeltaField) => string, from: string): string =>
    `SELECT ${fields.map((column) => `${select(column)} AS ${quoteIdentifier(column.name)}`).join(', ')} ${from}`;
  if (files.length === 0) return scan(({ type }) => `CAST(NULL AS ${deltaToDuckdb(type)})`, 'WHERE false');
  const partitions = Map.groupBy(files, ({ file }) => JSON.stringify(file.partitionValues));
  const scans = [...partitions.values()].map((those) => {
    const values = those[0]?.file.partitionValues ?? {};
    const paths = those.map(({ localPath }) => quoteLiteral(localPath)).join(', ');
    return scan(
      (column) =>
        partitionColumns.includes(column.name)
          ? partitionLiteral(column.name, column, values[column.name] ?? null)
          : quoteIdentifier(column.name),
      `FROM read_parquet([${paths}], hive_partitioning = false)`,
    );
  });
  return scans.join(' UNION ALL ');
}

/** Writes staged rows as Parquet into a folder, one file or more for each combination of partition values, none for no rows. */
export async function writeDataFiles(
  run: Run,
  staged: StagedRows,
  table: TableLayout,
  folder: string,
): Promise<StagedFile[]> {
  const indexed = indexedColumns(staged.schema.fields, table);
  if (staged.rows === 0) return [];
  return await copyFiles(run, staged.table, { schema: staged.schema, table, indexed, folder });
}

/** Half of what DuckDB would take: as well read, and the rows that each thread holds until they are written stay in the processor's caches. */
const rowGroupRows = 61_440;

interface FilesToWrite {
  readonly schema: DeltaStruct;
  readonly table: TableLayout;
  /** Columns of which the table keeps statistics. */
  readonly indexed: readonly LeafColumn[];
  readonly folder: string;
}

/** @param rows a table or a query with the schema's columns. */
async function copyFiles(
  run: Run,
  rows: string,
  { schema, table, indexed, folder }: FilesToWrite,
): Promise<StagedFile[]> {
  const mapped = isMapped(table.configuration);
  const { fields } = schema;
  const partitions = fields.filter(({ name }) => table.partitionColumns.includes(name));
  const inFile = (column: DeltaField): string => quoteIdentifier(mapped ? physicalName(column, 'name') : column.name);
  const columns = fields.map((column) => {
    const name = quoteIdentifier(column.name);
    if (partitions.includes(column)) return `${partitionTextSql(column, name)} AS ${inFile(column)}`;
    return `${mapped ? physicalValue(name, column.type) : name} AS ${inFile(column)}`;
  });
  const target = join(folder, partitions.length > 0 ? 'parts' : 'part.parquet');
  const order = table.partitionColumns.flatMap((name) => partitions.filter((column) => column.name === name));
  const partitionBy = order.length > 0 ? `, PARTITION_BY (${order.map(inFile).join(', ')})` : '';
  const numbers = mapped ? `, FIELD_IDS ${fieldIds(fields.filter((column) => !partitions.includes(column)))}` : '';
  const from = rows.startsWith('SELECT') ? `(${rows})` : rows;
  const answer = await run.session.read(
    `COPY (SELECT ${columns.join(', ')} FROM ${from}) TO ${quoteLiteral(target)} (FORMAT parquet, RETURN_STATS, ROW_GROUP_SIZE ${rowGroupRows}${partitionBy}${numbers})`,
  );
  const copied = answer.getRowObjectsJson() as unknown as CopiedFile[];
  const stored = mapped ? physicalSchema(schema) : schema;
  // Folders that are named after columns would keep the names that columns had.
  const parent = (one: CopiedFile): string => (mapped ? '' : hiveFolder(one));
  return copied
    .filter(({ count }) => Number(count) > 0)
    .map((one) => ({
      localPath: one.filename,
      file: dataFileFromCopy(one, `${parent(one)}part-${randomUUID()}.snappy.parquet`, stored, indexed),
    }));
}

/** `name=value/` for each partition column, as Spark names folders; the log, not the folder, says what the values are. */
function hiveFolder({ partition_keys: keys }: CopiedFile): string {
  return (keys ?? [])
    .map(
      ({ key, value }) =>
        `${encodeURIComponent(key)}=${value === null || value === '' ? '__HIVE_DEFAULT_PARTITION__' : encodeURIComponent(value)}/`,
    )
    .join('');
}

/** For the Delta writer's checkpoints. */
export function parquetRowsWriter(session: Session, folder: string): WriteParquetRows {
  return async ({ jsonLines, columns }) => {
    const [input, output] = [join(folder, `${randomUUID()}.json`), join(folder, `${randomUUID()}.parquet`)];
    await writeFile(input, jsonLines);
    const types = Object.entries(columns).map(([name, type]) => `${quoteIdentifier(name)}: ${quoteLiteral(type)}`);
    await session.run(
      `COPY (SELECT * FROM read_json(${quoteLiteral(input)}, format = 'newline_delimited', columns = {${types.join(', ')}}))
       TO ${quoteLiteral(output)} (FORMAT parquet)`,
    );
    return await readFile(output);
  };
}

function duplicateColumn(name: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.duplicate-column',
    message: `The query gives two columns named ${name}.`,
    nextStep: 'Give one of them another name with AS.',
  });
}
