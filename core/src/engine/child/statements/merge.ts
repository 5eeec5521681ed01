import { ExpectedError } from '../../../base/expected-error.ts';
import { type ColumnRules, defaultsOf } from '../../../delta/column-rules.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import type { MergePlan, PlannedClause } from '../../../sql/compiled-statement.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import type { BoundRelations } from '../relations/bind.ts';
import { plannedQuery } from '../relations/planned-query.ts';
import { schemaOf } from '../staging.ts';
import { checkIdentities, checkUpdatedIdentities } from './column-values.ts';
import type { StatementEffect } from './effect.ts';
import { evolvedSchema } from './evolved-schema.ts';
import { structFields } from './struct-fields.ts';
import {
  bindLocal,
  commitChange,
  keepRows,
  noteOldRows,
  openChange,
  recomputed,
  stageChanged,
  type TableChange,
} from './table-change.ts';
import { withTarget } from './update-delete.ts';

type Merge = Extract<CompiledStatement, { kind: 'merge' }>;

interface Found {
  /** `__target_file`, `__target_row`, `__source_row`, `__clause`. */
  readonly matches: string;
  /** The source's rows without a match: `__source_row`, `__clause`. */
  readonly newRows: string | undefined;
  /** The target's rows without a match: `__target_file`, `__target_row`, `__clause`. */
  readonly oldRows: string | undefined;
}

/**
 * MERGE INTO as Delta does it: the source is computed once; one join finds the rows that match, and with them the files that must be
 * written anew; each clause then gives its rows. Rejects with `delta.multiple-source-rows` where several source rows would change one row.
 */
export async function merge(run: Run, statement: Merge, folder: string): Promise<StatementEffect> {
  const bound = await plannedQuery(run, statement.source, folder);
  const given = schemaOf(bound);
  const planFor = (schema: DeltaStruct, rules: ColumnRules): MergePlan =>
    statement.plan({
      target: schema.fields.map(({ name }) => name),
      source: given.fields.map(({ name }) => name),
      defaults: defaultsOf(rules),
      fields: structFields(schema),
      sourceFields: structFields(given),
    });
  const change = await openChange(run, statement.target, folder, {
    grow: statement.evolves ? (schema) => evolvedSchema(schema, given, statement.brings) : undefined,
    matters: (schema, rules) => matchingRows(planFor(schema, rules)),
  });
  const source = await keepSource(change, bound);
  const plan = planFor(change.schema, change.requirements);
  for (const clause of plan.clauses) checkNumbers(change, clause);
  const found = await findRows(change, plan, source);
  await checkCardinality(change, plan, found.matches);
  const counts = { inserted: 0, updated: 0 };
  for (const [number, clause] of plan.clauses.entries()) {
    const rows = await stageClause(change, clause, number, found, source);
    if (clause.action === 'insert') counts.inserted += rows;
    else if (clause.action === 'update') counts.updated += rows;
  }
  const { changed, count } = await changedRows(change, found);
  const deleted = count - counts.updated;
  const metrics = {
    numTargetRowsInserted: String(counts.inserted),
    numTargetRowsUpdated: String(counts.updated),
    numTargetRowsDeleted: String(deleted),
  };
  const affected = counts.inserted + counts.updated + deleted;
  const written = await commitChange(change, changed, affected, { name: 'MERGE', parameters: {}, metrics });
  return { inputs: withTarget(bound, change), ...(written ? { written } : {}) };
}

/** What a clause may not say of identity columns. */
function checkNumbers({ name, requirements }: TableChange, clause: PlannedClause): void {
  if (clause.action === 'update') checkUpdatedIdentities(name, requirements, clause.assigned);
  if (clause.action !== 'insert') return;
  const given = new Set(clause.columns.map((column) => column.toLowerCase()));
  checkIdentities(name, requirements, (column) => given.has(column.toLowerCase()));
}

/** The rows that ON can join; undefined where those that it does not join matter too. */
function matchingRows({ matches, clauses }: MergePlan): CompiledQuery | undefined {
  return clauses.some(({ on }) => on === 'notMatchedBySource') ? undefined : matches;
}

async function keepSource({ run, scope }: TableChange, bound: BoundRelations): Promise<string> {
  const table = run.session.qualified(scope, '__source');
  const names = bound.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  await run.session.enter(bound.scope);
  await run.session.run(
    `CREATE TABLE ${table} AS SELECT *, row_number() OVER () AS __source_row FROM (${bound.sql}) AS q(${names})`,
  );
  return table;
}

async function findRows(change: TableChange, plan: MergePlan, source: string): Promise<Found> {
  const { run, scope, target } = change;
  const has = (on: PlannedClause['on']): boolean => plan.clauses.some((clause) => clause.on === on);
  const matches = await keepRows(change, '__matches', await bindLocal(change, plan.matches, { target, source }));
  const view = async (name: string, sql: string): Promise<string> => {
    const rows = run.session.qualified(scope, name);
    await run.session.run(`CREATE VIEW ${rows} AS ${sql}`);
    return rows;
  };
  let newRows: string | undefined;
  if (has('notMatched')) {
    const unmatched = `SELECT s.* FROM ${source} AS s ANTI JOIN ${matches} AS m ON m.__source_row = s.__source_row`;
    const local = { source: await view('__unmatched_source', unmatched) };
    newRows = await keepRows(change, '__new_rows', await bindLocal(change, plan.newRows, local));
  }
  let oldRows: string | undefined;
  if (has('notMatchedBySource')) {
    const unmatched = `SELECT t.* FROM ${target} AS t ANTI JOIN ${matches} AS m ON ${sameRow('m', 't')}`;
    const local = { target: await view('__unmatched_target', unmatched) };
    oldRows = await keepRows(change, '__old_rows', await bindLocal(change, plan.oldRows, local));
  }
  return { matches, newRows, oldRows };
}

/** Rows that satisfy ON and the condition of a WHEN MATCHED clause count; to delete a row twice is no contradiction. */
async function checkCardinality({ run, name }: TableChange, plan: MergePlan, matches: string): Promise<void> {
  const matched = plan.clauses.filter(({ on }) => on === 'matched');
  const [only, more] = matched;
  if (only?.action === 'delete' && !only.conditional && !more) return;
  const answer = await run.session.read(
    `SELECT count(*) FROM (SELECT 1 FROM ${matches} WHERE __clause >= 0 GROUP BY __target_file, __target_row HAVING count(*) > 1)`,
  );
  const count = Number(answer.value(0, 0));
  if (count === 0) return;
  throw new ExpectedError({
    code: 'delta.multiple-source-rows',
    message: `MERGE into ${name}: several rows of the source match and would change the same row of the table (${count} row${count === 1 ? '' : 's'}), so which one counts is not defined (DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE).`,
    nextStep: 'Deduplicate the source by the keys of the ON condition first.',
  });
}

/** The rows that one clause writes. Resolves to their number. */
async function stageClause(
  change: TableChange,
  clause: PlannedClause,
  number: number,
  { matches, newRows, oldRows }: Found,
  source: string,
): Promise<number> {
  const { run, scope, target } = change;
  if (clause.action !== 'insert') {
    const rows = clause.on === 'matched' ? matches : (oldRows ?? '');
    const type = clause.action === 'delete' ? 'delete' : 'update_preimage';
    await noteOldRows(change, `SELECT * FROM ${rows} WHERE __clause = ${number}`, type);
  }
  if (clause.action === 'delete') return 0;
  const rows = run.session.qualified(scope, `__clause_${number}`);
  const chosen = `__clause = ${number}`;
  if (clause.action === 'insert') {
    const sql = `SELECT s.* FROM ${source} AS s SEMI JOIN (SELECT * FROM ${newRows ?? ''} WHERE ${chosen}) AS n ON n.__source_row = s.__source_row`;
    await run.session.run(`CREATE VIEW ${rows} AS ${sql}`);
    return await stageChanged(change, await bindLocal(change, clause.rows, { source: rows }), 'insert', clause.columns);
  }
  const pairs = clause.on === 'matched' ? matches : (oldRows ?? '');
  const pair = clause.on === 'matched' ? ', p.__source_row AS __pair' : '';
  const sql = `SELECT t.*${pair} FROM ${target} AS t JOIN (SELECT * FROM ${pairs} WHERE ${chosen}) AS p ON ${sameRow('p', 't')}`;
  await run.session.run(`CREATE VIEW ${rows} AS ${sql}`);
  const updated = await bindLocal(change, clause.rows, { target: rows, source });
  return await stageChanged(change, updated, 'update_postimage', undefined, recomputed(change, clause.assigned));
}

async function changedRows(
  { run, scope }: TableChange,
  { matches, oldRows }: Found,
): Promise<{ changed: string; count: number }> {
  const changed = run.session.qualified(scope, '__changed');
  const of = (rows: string): string => `SELECT __target_file, __target_row FROM ${rows} WHERE __clause >= 0`;
  const all = oldRows === undefined ? of(matches) : `${of(matches)} UNION ALL ${of(oldRows)}`;
  await run.session.run(`CREATE TABLE ${changed} AS SELECT DISTINCT * FROM (${all})`);
  const count = await run.session.read(`SELECT count(*) FROM ${changed}`);
  return { changed, count: Number(count.value(0, 0)) };
}

function sameRow(left: string, right: string): string {
  return `${left}.__target_file = ${right}.__target_file AND ${left}.__target_row = ${right}.__target_row`;
}
