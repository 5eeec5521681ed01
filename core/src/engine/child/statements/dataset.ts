import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { deltaToSpark, sparkToDelta } from '../../../delta/spark-types.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { DatasetDefinition } from '../../../sql/compiled-statement.ts';
import type { BoundQuery } from '../../../sql/contract.ts';
import type { CheckOutcome } from '../../contract.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import type { BoundRelations } from '../relations/bind.ts';
import { schemaOf, type StagedRows, stageRows } from '../staging.ts';
import { tableExists } from './create-table.ts';
import { findRelation, notA } from './view.ts';

type Kind = 'MATERIALIZED_VIEW' | 'STREAMING_TABLE';

/** The dataset of that name; undefined where there is none. Rejects where the name is another thing's. */
export async function existingDataset(
  run: Run,
  statement: DatasetDefinition,
  kind: Kind,
): Promise<ResolvedTable | undefined> {
  const name = completeName(run, statement.target);
  const existing = await findRelation(run, name);
  if (!existing) return undefined;
  if (existing.type !== kind) throw notA(kind.replaceAll('_', ' '), existing);
  if (statement.mode === 'create') throw tableExists(name, statement);
  return existing;
}

/** The columns that a dataset will have: its query's without the expectations'. @throws ExpectedError `delta.schema-mismatch`. */
export function datasetSchema(statement: DatasetDefinition, columns: BoundQuery['columns']): DeltaStruct {
  const hidden = new Set(statement.expectations.map(({ column }) => column));
  const schema = schemaOf({ columns: columns.filter(({ name }) => !hidden.has(name)) });
  const fields = schema.fields.map((field, index) => {
    const declared = statement.columns?.[index];
    if (declared?.typeText !== undefined && deltaToSpark(sparkToDelta(declared.typeText)) !== deltaToSpark(field.type))
      throw otherType(statement, field.name, declared.typeText, deltaToSpark(field.type));
    return declared?.comment === undefined ? field : { ...field, metadata: { comment: declared.comment } };
  });
  return { type: 'struct', fields };
}

/**
 * Runs a dataset's query and keeps the rows that its expectations let in. Rejects with `expectation.violated` where one of them
 * fails the update; the others' violations are counted.
 */
export async function stageDataset(
  run: Run,
  statement: DatasetDefinition,
  bound: BoundRelations,
): Promise<{ staged: StagedRows; outcomes: readonly CheckOutcome[] }> {
  const schema = datasetSchema(statement, bound.columns);
  const { expectations } = statement;
  if (expectations.length === 0) return { staged: await stageRows(run, bound, schema), outcomes: [] };
  const all = await stageRows(run, bound, schemaOf(bound));
  const counts = expectations.map(({ column }) => `count(*) FILTER (WHERE NOT ${quoteIdentifier(column)})`);
  const answer = await run.session.read(`SELECT ${counts.join(', ')} FROM ${all.table}`);
  const outcomes = expectations.map(({ name, onViolation }, index): CheckOutcome => {
    const severity = onViolation === 'failUpdate' ? 'error' : 'warning';
    return { name, severity, violations: Number(answer.value(index, 0)) };
  });
  const failed = outcomes.filter(({ severity, violations }) => severity === 'error' && violations > 0);
  if (failed.length > 0) throw violated(statement, failed);
  return { staged: await keptRows(run, statement, all, schema, bound.scope), outcomes };
}

async function keptRows(
  run: Run,
  { expectations }: DatasetDefinition,
  all: StagedRows,
  schema: DeltaStruct,
  scope: string,
): Promise<StagedRows> {
  const kept = expectations.filter(({ onViolation }) => onViolation === 'dropRow');
  const where = kept.map(({ column }) => quoteIdentifier(column)).join(' AND ') || 'true';
  const names = schema.fields.map(({ name }) => quoteIdentifier(name)).join(', ');
  const table = run.session.qualified(scope, '__kept');
  await run.session.run(`CREATE TABLE ${table} AS SELECT ${names} FROM ${all.table} WHERE ${where}`);
  const count = await run.session.read(`SELECT count(*) FROM ${table}`);
  return { table, schema, rows: Number(count.value(0, 0)) };
}

function violated(statement: DatasetDefinition, failed: readonly CheckOutcome[]): ExpectedError {
  const what = failed.map(({ name, violations }) => `${name} by ${violations} row${violations === 1 ? '' : 's'}`);
  return new ExpectedError({
    code: 'expectation.violated',
    message: `${statement.target.table} was not updated: violated ${what.join(', ')} (ON VIOLATION FAIL UPDATE).`,
    nextStep: 'Correct the data or the query, or drop such rows: ON VIOLATION DROP ROW.',
  });
}

function otherType(statement: DatasetDefinition, column: string, declared: string, given: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.schema-mismatch',
    message: `${column} of ${statement.target.table} is declared as ${declared}, and the query gives ${given}.`,
    nextStep: 'Cast the column in the query, or leave the type out of the declaration.',
    range: statement.target.range,
  });
}

/** The name of a dataset for messages. */
export function datasetName(run: Run, { target }: DatasetDefinition): string {
  return nameText(completeName(run, target));
}
