import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { writeRequirements } from '../../../delta/write-requirements.ts';
import { writeTable } from '../../../delta/write.ts';
import type { BoundQuery, CompiledStatement } from '../../../sql/contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { bindQuery } from '../relations/bind.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, schemaOf, stageRows, writeDataFiles } from '../staging.ts';
import { assignments, mismatch } from './assignment.ts';
import { sizes } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { checkRequirements } from './requirements.ts';
import { writableTable } from './writable-table.ts';

type Insert = Extract<CompiledStatement, { kind: 'insert' }>;

/** INSERT INTO and INSERT OVERWRITE. Rejects with `delta.schema-mismatch`, `delta.not-null-violated`, and as the Delta writer does. */
export async function insert(run: Run, statement: Insert, folder: string): Promise<StatementEffect> {
  const name = completeName(run, statement.target);
  const table = await writableTable(run, name);
  const snapshot = await readVersion(run, table.location);
  const requirements = writeRequirements(snapshot);
  const bound = await bindQuery(run, statement.query, folder);
  const select = alignedSelect(run, nameText(name), statement, bound, snapshot.schema);
  const staged = await stageRows(run, bound, snapshot.schema, select);
  await checkRequirements(run, nameText(name), staged, requirements);
  const appends = statement.mode === 'append';
  const checks = await runChecks(run, name, async () => {
    const before = appends ? `${await tableScan(run.context, table.location, snapshot, run.signal)} UNION ALL ` : '';
    return `${before}SELECT * FROM ${staged.table}`;
  });
  const files = await writeDataFiles(run, staged, snapshot.metadata.partitionColumns, folder);
  const readsItself = bound.reads.some((read) => read.table === nameText(table.name));
  const requirementsChecked = true;
  const newFiles = files.map(({ file }) => file);
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const store = lakeTableStore(run.context.storage, table.location);
  const { version } = await commitFiles(run, table.location, files, () =>
    appends
      ? writeTable(store, { kind: 'append', snapshot, files: newFiles, readsItself, requirementsChecked }, options)
      : writeTable(store, { kind: 'overwrite', snapshot, files: newFiles, requirementsChecked }, options),
  );
  const written = { ...versionOf(table, version), ...sizes(staged, files), checks };
  if (!appends) return { inputs: bound, written };
  // What the rows are added to is an input too: the same statement on the longer table gives another one.
  return { inputs: { ...bound, reads: [...bound.reads, versionOf(table, snapshot.version)] }, written };
}

/** The query's columns in the table's order, as expressions over `q`. @throws ExpectedError `delta.schema-mismatch`. */
export function alignedSelect(
  run: Run,
  table: string,
  statement: Insert,
  query: Pick<BoundQuery, 'columns'>,
  target: DeltaStruct,
): string[] {
  schemaOf(query);
  const sources = statement.byName
    ? byName(table, query.columns, target)
    : byPosition(table, query.columns, statement.columns ?? target.fields.map(({ name }) => name), target);
  return assignments(run, table, target.fields, ({ name }) => sources.get(name));
}

type Columns = BoundQuery['columns'];

function byPosition(
  table: string,
  given: Columns,
  columns: readonly string[],
  target: DeltaStruct,
): Map<string, Columns[number]> {
  if (given.length !== columns.length) {
    throw mismatch(
      table,
      `it takes ${columns.length} columns (${columns.join(', ')}), and the query gives ${given.length} (${given.map(({ name }) => name).join(', ')})`,
    );
  }
  return new Map(given.map((from, index) => [targetField(table, target, columns[index] ?? '').name, from]));
}

function byName(table: string, given: Columns, target: DeltaStruct): Map<string, Columns[number]> {
  return new Map(given.map((from) => [targetField(table, target, from.name).name, from]));
}

function targetField(table: string, target: DeltaStruct, name: string): DeltaField {
  const found = target.fields.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (!found)
    throw mismatch(table, `it has no column ${name}; it has ${target.fields.map((column) => column.name).join(', ')}`);
  return found;
}
