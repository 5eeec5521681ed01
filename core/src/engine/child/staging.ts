import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { ExpectedError } from '../../base/expected-error.ts';
import type { Metadata } from '../../delta/actions.ts';
import { fieldIds, isMapped, physicalName, physicalSchema, physicalValue } from '../../delta/column-mapping.ts';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../../delta/duckdb-types.ts';
import type { WriteParquetRows } from '../../delta/checkpoint-writer.ts';
import { indexedColumns } from '../../delta/indexed-columns.ts';
import { partitionTextSql } from '../../delta/partition-values.ts';
import { type DeltaField, type DeltaStruct, field } from '../../delta/schema.ts';
import { type CopiedFile, dataFileFromCopy, type NewDataFile } from '../../delta/statistics.ts';
import type { Run } from './context.ts';
import { sparkToDelta } from '../../delta/spark-types.ts';
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
  return { type: 'struct', fields: columns.map(({ name, typeText }) => field(name, sparkToDelta(typeText))) };
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
  const columns = schema.fields.map(
    ({ name, type }, index) => `CAST(${select[index] ?? 'NULL'} AS ${deltaToDuckdb(type)}) AS ${quoteIdentifier(name)}`,
  );
  const names = bound.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  await session.enter(bound.scope);
  await session.run(`CREATE TABLE ${table} AS SELECT ${columns.join(', ')} FROM (${bound.sql}) AS q(${names})`);
  const count = await session.read(`SELECT count(*) FROM ${table}`);
  return { table, schema, rows: Number(count.value(0, 0)) };
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
  const mapped = isMapped(table.configuration);
  const { fields } = staged.schema;
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
  const answer = await run.session.read(
    `COPY (SELECT ${columns.join(', ')} FROM ${staged.table}) TO ${quoteLiteral(target)} (FORMAT parquet, RETURN_STATS${partitionBy}${numbers})`,
  );
  const copied = answer.getRowObjectsJson() as unknown as CopiedFile[];
  const schema = mapped ? physicalSchema(staged.schema) : staged.schema;
  // Folders that are named after columns would keep the names that columns had.
  const parent = (one: CopiedFile): string => (mapped ? '' : hiveFolder(one));
  return copied.map((one) => ({
    localPath: one.filename,
    file: dataFileFromCopy(one, `${parent(one)}part-${randomUUID()}.snappy.parquet`, schema, indexed),
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
