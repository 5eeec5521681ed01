import type { Snapshot } from '../../../delta/actions.ts';
import { mappedSchema } from '../../../delta/column-mapping.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { writeTable } from '../../../delta/write.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { StoredQuery } from '../../../lake/stored-view.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { StatementOutcome } from '../../contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { bindQuery, type BoundRelations } from '../relations/bind.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, type StagedRows, writeDataFiles } from '../staging.ts';
import { batchRelations, planBatch } from '../streaming/stream-sources.ts';
import {
  emptyState,
  noteBatch,
  noteReset,
  readNote,
  readStreamState,
  refreshes,
  type SourceBatch,
} from '../streaming/stream-state.ts';
import { columnInfos, commitDefinition, kept, layoutOf, mappedRows, sizes } from './create-table.ts';
import { datasetName, existingDataset, stageDataset } from './dataset.ts';
import type { StatementEffect } from './effect.ts';
import { grownSchema } from './grown-schema.ts';

type Statement = Extract<CompiledStatement, { kind: 'createStreamingTable' }>;

/**
 * CREATE OR REFRESH STREAMING TABLE: makes the table from all that its sources hold, later adds what has come since, each file and
 * each row of a source once. What was taken is noted beside the table and committed with the rows.
 */
export async function createStreamingTable(run: Run, statement: Statement, folder: string): Promise<StatementEffect> {
  const existing = await existingDataset(run, statement, 'STREAMING_TABLE');
  if (!existing) return await firstBatch(run, statement, folder);
  if (statement.mode === 'createIfNotExists') return await kept(run, existing);
  if (run.fullRefresh && mayReset(statement)) return await anew(run, statement, existing, folder);
  return await nextBatch(run, statement, existing, folder);
}

function mayReset({ properties }: Statement): boolean {
  const allowed = [...properties].find(([key]) => key.toLowerCase() === 'pipelines.reset.allowed')?.[1];
  return allowed?.toLowerCase() !== 'false';
}

async function firstBatch(run: Run, statement: Statement, folder: string): Promise<StatementEffect> {
  const batch = await planBatch(run, statement.query, emptyState);
  return await wholeTable(run, statement, undefined, { number: 0, batch }, folder);
}

/** A full refresh: one commit takes the table's rows away and puts those in their place that its sources hold now. */
async function anew(run: Run, statement: Statement, table: ResolvedTable, folder: string): Promise<StatementEffect> {
  const store = lakeTableStore(run.context.storage, table.location);
  const state = await readStreamState(store, refreshes, await readVersion(run, table.location), run.signal);
  const planned = await planBatch(run, statement.query, emptyState);
  const noted = await noteReset(store, refreshes, state.next, planned, run.signal);
  return await wholeTable(run, statement, table, noted, folder);
}

/** Makes the table, or makes it anew, from this batch alone. */
async function wholeTable(
  run: Run,
  statement: Statement,
  existing: ResolvedTable | undefined,
  { number, batch }: { readonly number: number; readonly batch: readonly SourceBatch[] },
  folder: string,
): Promise<StatementEffect> {
  const bound = await bindQuery(run, statement.query, folder, batchRelations(batch, emptyState));
  const { staged: rows, outcomes } = await stageDataset(run, statement, bound);
  const staged = mappedRows(rows, statement);
  const checks = await runChecks(run, completeName(run, statement.target), `SELECT * FROM ${staged.table}`);
  const files = await writeDataFiles(run, staged, layoutOf(statement, staged.schema), folder);
  const dataset = { type: 'STREAMING_TABLE', ...storedQuery(run, statement) } as const;
  const definition = { ...statement, dataset, transaction: { appId: refreshes.application, version: number } };
  const written = await commitDefinition(run, definition, staged.schema, files, existing, folder, {
    prepare: async (store) => {
      if (!existing) await noteBatch(store, refreshes, number, batch, run.signal);
    },
  });
  return { inputs: bound, written: { ...written, ...sizes(staged, files), checks: [...outcomes, ...checks] } };
}

async function nextBatch(
  run: Run,
  statement: Statement,
  table: ResolvedTable,
  folder: string,
): Promise<StatementEffect> {
  const store = lakeTableStore(run.context.storage, table.location);
  const snapshot = await readVersion(run, table.location);
  const state = await readStreamState(store, refreshes, snapshot, run.signal);
  const planned = await planBatch(run, statement.query, state);
  const noted = planned.length === 0 ? [] : await noteBatch(store, refreshes, state.next, planned, run.signal);
  const { batch, resets } = readNote(noted);
  // A full refresh began here and never committed: it is brought to its end.
  if (resets) return await wholeTable(run, statement, table, { number: state.next, batch }, folder);
  const bound = await bindQuery(run, statement.query, folder, batchRelations(batch, state));
  const { staged, outcomes } = await stageDataset(run, statement, bound);
  const query = storedQuery(run, statement);
  const grown = grownSchema(datasetName(run, statement), snapshot.schema, staged.schema);
  const schema = grown && mappedSchema(grown, snapshot.metadata.configuration);
  const columns = columnInfos(schema ?? snapshot.schema);
  if (planned.length === 0) {
    if (query.definition !== table.query?.definition) await run.context.resolver.updateColumns(table, columns, query);
    return { inputs: bound };
  }
  const aligned = await alignedRows(run, bound, staged, schema ?? snapshot.schema);
  const written = await append(run, table, snapshot, aligned, schema, state.next, folder);
  await run.context.resolver.updateColumns(table, columns, query);
  return { inputs: bound, written: { ...written, checks: [...outcomes, ...written.checks] } };
}

async function append(
  run: Run,
  table: ResolvedTable,
  snapshot: Snapshot,
  staged: StagedRows,
  schema: DeltaStruct | undefined,
  batch: number,
  folder: string,
): Promise<NonNullable<StatementOutcome['written']>> {
  const checks = await runChecks(run, table.name, async () => {
    const before = await tableScan(run.context, table.location, snapshot, run.signal);
    return `SELECT * FROM ${staged.table} UNION ALL BY NAME (${before})`;
  });
  const files = await writeDataFiles(run, staged, snapshot.metadata, folder);
  const write = {
    kind: 'append',
    snapshot,
    files: files.map(({ file }) => file),
    transaction: { appId: refreshes.application, version: batch },
    operation: { name: 'STREAMING UPDATE', parameters: { outputMode: 'Append', epochId: String(batch) } },
    ...(schema ? { schema } : {}),
  } as const;
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const store = lakeTableStore(run.context.storage, table.location);
  const { version } = await commitFiles(run, table.location, files, () => writeTable(store, write, options));
  return { ...versionOf(table, version), ...sizes(staged, files), checks };
}

/** The rows in the table's columns: by name, with NULL for what the query no longer gives. */
async function alignedRows(
  run: Run,
  bound: BoundRelations,
  staged: StagedRows,
  schema: DeltaStruct,
): Promise<StagedRows> {
  const given = new Set(staged.schema.fields.map(({ name }) => name.toLowerCase()));
  const columns = schema.fields.map(({ name }) => {
    const column = quoteIdentifier(name);
    return given.has(name.toLowerCase()) ? column : `NULL AS ${column}`;
  });
  const table = run.session.qualified(bound.scope, '__aligned');
  await run.session.run(`CREATE VIEW ${table} AS SELECT ${columns.join(', ')} FROM ${staged.table}`);
  return { ...staged, table, schema };
}

function storedQuery(run: Run, { definition }: Statement): StoredQuery {
  return { definition, ...run.current };
}
