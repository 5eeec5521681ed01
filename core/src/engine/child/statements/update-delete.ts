import { type ColumnRules, defaultsOf } from '../../../delta/column-rules.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { writeTable } from '../../../delta/write.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { readVersion, versionOf } from '../relations/table.ts';
import { parquetRowsWriter } from '../staging.ts';
import { runChecks } from '../checks.ts';
import { completeName } from '../names.ts';
import type { StatementEffect } from './effect.ts';
import {
  bindLocal,
  commitChange,
  keepRows,
  noteOldRows,
  openChange,
  recomputed,
  stageChanged,
} from './table-change.ts';
import { checkUpdatedIdentities } from './column-values.ts';
import { structFields } from './struct-fields.ts';
import { requireUnguarded } from '../relations/policies.ts';
import { writableTable } from './writable-table.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** UPDATE: the rows that WHERE finds, with their new values, in new files. */
export async function update(run: Run, statement: Statement<'update'>, folder: string): Promise<StatementEffect> {
  const changes = (schema: DeltaStruct, rules: ColumnRules): CompiledQuery =>
    statement.changes(
      schema.fields.map(({ name }) => name),
      defaultsOf(rules),
      structFields(schema),
    );
  const change = await openChange(run, statement.target, folder, { matters: changes });
  checkUpdatedIdentities(change.name, change.requirements, statement.assigned);
  const query = changes(change.schema, change.requirements);
  const bound = await bindLocal(change, query, { target: change.target });
  const changed = await keepRows(change, '__changed', bound);
  const kept = { ...bound, sql: `SELECT * FROM ${changed}` };
  const rows = await stageChanged(change, kept, 'update_postimage', undefined, recomputed(change, statement.assigned));
  await noteOldRows(change, `SELECT * FROM ${changed}`, 'update_preimage');
  const operation = { name: 'UPDATE', parameters: {}, metrics: { numUpdatedRows: String(rows) } };
  const written = await commitChange(change, changed, rows, operation);
  return { inputs: withTarget(bound, change), ...(written ? { written } : {}) };
}

/** DELETE: files that hold such rows are written anew without them; without WHERE every file goes unread. */
export async function deleteRows(run: Run, statement: Statement<'delete'>, folder: string): Promise<StatementEffect> {
  if (statement.everyRow) return await deleteAll(run, statement, folder, 'DELETE');
  const query = statement.changes([]);
  const change = await openChange(run, statement.target, folder, { matters: () => query });
  const bound = await bindLocal(change, query, { target: change.target });
  const changed = await keepRows(change, '__changed', bound);
  const count = await run.session.read(`SELECT count(*) FROM ${changed}`);
  const rows = Number(count.value(0, 0));
  await noteOldRows(change, `SELECT * FROM ${changed}`, 'delete');
  const operation = { name: 'DELETE', parameters: {}, metrics: { numDeletedRows: String(rows) } };
  const written = await commitChange(change, changed, rows, operation);
  return { inputs: withTarget(bound, change), ...(written ? { written } : {}) };
}

/** Every file of the table goes: TRUNCATE, and DELETE without WHERE. */
export async function deleteAll(
  run: Run,
  { target }: Pick<Statement<'delete'>, 'target'>,
  folder: string,
  operation: string,
): Promise<StatementEffect> {
  const table = await writableTable(run, completeName(run, target));
  requireUnguarded(table, 'A change of rows of');
  const snapshot = await readVersion(run, table.location);
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  if (snapshot.files.length === 0) return { inputs };
  const none = snapshot.schema.fields.map(({ name }) => `NULL AS "${name.replaceAll('"', '""')}"`);
  const checks = await runChecks(run, table.name, `SELECT ${none.join(', ')} WHERE false`);
  const store = lakeTableStore(run.context.storage, table.location);
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const rows = deletedRows(snapshot.files.map(({ stats }) => stats));
  const write = {
    kind: 'change',
    snapshot,
    files: [],
    removed: snapshot.files,
    requirementsChecked: true,
    operation: { name: operation, parameters: { predicate: '[]' } },
  } as const;
  const { version } = await writeTable(store, write, options);
  return { inputs, written: { ...versionOf(table, version), rows, files: 0, bytes: 0, checks } };
}

/** As far as the files' statistics say it: without them a file counts none. */
function deletedRows(statistics: readonly (string | undefined)[]): number {
  const counts = statistics.map((text) => (text === undefined ? {} : (JSON.parse(text) as { numRecords?: number })));
  return counts.reduce((sum, { numRecords = 0 }) => sum + numRecords, 0);
}

/** The version that was changed is an input too: the same statement on another version gives another one. */
export function withTarget(
  inputs: NonNullable<StatementEffect['inputs']>,
  { table, snapshot }: { table: Parameters<typeof versionOf>[0]; snapshot: { version: number } },
): NonNullable<StatementEffect['inputs']> {
  const { reads, readFiles, readPaths } = inputs;
  return { reads: [...reads, versionOf(table, snapshot.version)], readFiles, readPaths };
}
