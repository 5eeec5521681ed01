import type { CompiledStatement } from '../../../sql/contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName } from '../names.ts';
import { plannedQuery } from '../relations/planned-query.ts';
import { writeDataFiles } from '../staging.ts';
import { commitDefinition, kept, layoutOf, mappedRows, sizes } from './create-table.ts';
import { existingDataset, stageDataset } from './dataset.ts';
import type { StatementEffect } from './effect.ts';

type Statement = Extract<CompiledStatement, { kind: 'createMaterializedView' }>;

/** CREATE MATERIALIZED VIEW: a table that is computed as a whole whenever its statement runs. */
export async function createMaterializedView(run: Run, statement: Statement, folder: string): Promise<StatementEffect> {
  const existing = await existingDataset(run, statement, 'MATERIALIZED_VIEW');
  if (existing && statement.mode === 'createIfNotExists') return await kept(run, existing);
  const bound = await plannedQuery(run, statement.query, folder);
  const { staged: rows, outcomes } = await stageDataset(run, statement, bound);
  const staged = mappedRows(rows, statement);
  const name = completeName(run, statement.target);
  const checks = await runChecks(run, name, `SELECT * FROM ${staged.table}`);
  const files = await writeDataFiles(run, staged, layoutOf(statement, staged.schema), folder);
  const dataset = { type: 'MATERIALIZED_VIEW', definition: statement.definition, ...run.current } as const;
  const written = await commitDefinition(run, { ...statement, dataset }, staged.schema, files, existing, folder);
  return { inputs: bound, written: { ...written, ...sizes(staged, files), checks: [...outcomes, ...checks] } };
}
