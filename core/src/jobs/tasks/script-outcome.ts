import type { QueryResult, ScriptResult, StatementOutcome, TableVersion } from '../../engine/contract.ts';
import { canonical } from '../canonical.ts';
import type { Output } from '../run.generated.ts';
import type { TaskOutcome } from '../task-kind.ts';

/** What one script, or several of the same task one after the other, did to the lake. */
export function scriptOutcome(...results: readonly ScriptResult[]): TaskOutcome {
  const statements = results.flatMap((result) => result.statements);
  const written = statements.flatMap((statement) => statement.written ?? []);
  return {
    statements: statements.map(({ line, kind, seconds }) => ({ line, kind, seconds })),
    inputs: {
      tables: unique(externalReads(statements)),
      files: unique(statements.flatMap(({ readFiles }) => [...readFiles])),
      paths: unique(statements.flatMap(({ readPaths }) => readPaths.map(({ path, options }) => ({ path, options })))),
    },
    // A table that was written twice is as the last statement left it.
    outputs: [...new Map(written.map((one) => [one.table, outputOf(one)])).values()],
    checks: written.flatMap(({ table, checks }) => checks.map((check) => ({ table, ...check }))),
    warnings: results.flatMap(({ warnings }) => warnings.map(({ message }) => message)),
    repeatable: statements.every(isRepeatable),
    ...rowsOf(results.at(-1)?.lastQuery),
  };
}

function outputOf({ table, tableId, version, rows, files, bytes }: NonNullable<StatementOutcome['written']>): Output {
  return { table, tableId, version, rows, files, bytes };
}

/** The last query's rows as objects; no more than the service hands on to other tasks. */
function rowsOf(result: QueryResult | undefined): Pick<TaskOutcome, 'rows'> {
  if (!result) return {};
  const names = result.columns.map(({ name }) => name);
  return { rows: result.rows.map((row) => Object.fromEntries(row.map((cell, index) => [names[index] ?? '', cell]))) };
}

/** Statements whose whole effect is in what they set for the script, or in the versions of tables that they read and wrote. */
const withoutTrace = new Set(['useCatalog', 'useSchema', 'query', 'createTemporaryView', 'setConfiguration']);

function isRepeatable({ kind, written }: StatementOutcome): boolean {
  return written !== undefined || withoutTrace.has(kind);
}

/** What was there before: a version that an earlier statement of the same task wrote is no input of the task. */
function externalReads(statements: readonly StatementOutcome[]): TableVersion[] {
  const own = new Set<string>();
  return statements.flatMap(({ reads, written }) => {
    const found = reads.filter(({ table, version }) => !own.has(`${table}@${version}`));
    if (written) own.add(`${written.table}@${written.version}`);
    return found.map(({ table, tableId, version }) => ({ table, tableId, version }));
  });
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [canonical(item), item])).values()];
}
