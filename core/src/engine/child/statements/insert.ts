import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { Snapshot } from '../../../delta/actions.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { deltaToSpark } from '../../../delta/spark-types.ts';
import { writeRequirements } from '../../../delta/write-requirements.ts';
import { writeTable } from '../../../delta/write.ts';
import type { BoundQuery, CompiledStatement } from '../../../sql/contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { bindQuery } from '../relations/bind.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, schemaOf, type StagedRows, stageRows, writeDataFiles } from '../staging.ts';
import { sizes } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { canStore } from './store-assignment.ts';
import { writableTable } from './writable-table.ts';

type Insert = Extract<CompiledStatement, { kind: 'insert' }>;

/** INSERT INTO and INSERT OVERWRITE. Rejects with `delta.schema-mismatch`, `delta.not-null-violated`, and as the Delta writer does. */
export async function insert(run: Run, statement: Insert, folder: string): Promise<StatementEffect> {
  const name = completeName(run, statement.target);
  const table = await writableTable(run, name);
  const snapshot = await readVersion(run, table.location);
  const requirements = writeRequirements(snapshot);
  const bound = await bindQuery(run, statement.query, folder);
  const select = alignedSelect(nameText(name), statement, bound, snapshot.schema);
  const staged = await stageRows(run, bound, snapshot.schema, select);
  await checkNotNull(run, nameText(name), staged, requirements.notNull);
  const appends = statement.mode === 'append';
  const before = appends ? `${await tableScan(run.context, table.location, snapshot, run.signal)} UNION ALL ` : '';
  const checks = await runChecks(run, name, `${before}SELECT * FROM ${staged.table}`);
  const files = await writeDataFiles(run, staged, snapshot.metadata.partitionColumns, folder);
  const readsItself = bound.reads.some((read) => read.table === nameText(table.name));
  const requirementsChecked = requirements.constraints.length === 0;
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
  table: string,
  statement: Insert,
  query: Pick<BoundQuery, 'columns'>,
  target: Snapshot['schema'],
): string[] {
  const given = schemaOf(query);
  const sources = statement.byName
    ? byName(table, given, target)
    : byPosition(table, given, statement.columns ?? target.fields.map(({ name }) => name), target);
  const problems = target.fields.flatMap((to) => {
    const from = sources.get(to.name);
    return from && !canStore(from.type, to.type)
      ? [`${to.name} is ${deltaToSpark(to.type)}, and the query gives ${deltaToSpark(from.type)}`]
      : [];
  });
  if (problems.length > 0) throw mismatch(table, problems.join('; '));
  return target.fields.map((to) => {
    const from = sources.get(to.name);
    return from ? `q.${quoteIdentifier(from.name)}` : 'NULL';
  });
}

function byPosition(
  table: string,
  given: DeltaStruct,
  columns: readonly string[],
  target: DeltaStruct,
): Map<string, DeltaField> {
  if (given.fields.length !== columns.length) {
    throw mismatch(
      table,
      `it takes ${columns.length} columns (${columns.join(', ')}), and the query gives ${given.fields.length} (${given.fields.map(({ name }) => name).join(', ')})`,
    );
  }
  return new Map(given.fields.map((from, index) => [targetField(table, target, columns[index] ?? '').name, from]));
}

function byName(table: string, given: DeltaStruct, target: DeltaStruct): Map<string, DeltaField> {
  return new Map(given.fields.map((from) => [targetField(table, target, from.name).name, from]));
}

function targetField(table: string, target: DeltaStruct, name: string): DeltaField {
  const found = target.fields.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (!found)
    throw mismatch(table, `it has no column ${name}; it has ${target.fields.map((column) => column.name).join(', ')}`);
  return found;
}

async function checkNotNull(run: Run, table: string, staged: StagedRows, columns: readonly string[]): Promise<void> {
  for (const column of columns) {
    const answer = await run.session.read(
      `SELECT count(*) FROM ${staged.table} WHERE ${quoteIdentifier(column)} IS NULL`,
    );
    const count = Number(answer.value(0, 0));
    if (count === 0) continue;
    throw new ExpectedError({
      code: 'delta.not-null-violated',
      message: `${table} was not written: ${column} is NOT NULL, and ${count} row${count === 1 ? ' has' : 's have'} no value.`,
      nextStep: 'Leave these rows out, or give them a value.',
    });
  }
}

function mismatch(table: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.schema-mismatch',
    message: `The rows do not fit ${table}: ${what}.`,
    nextStep: 'Name the columns, or cast them to the types of the table.',
  });
}
