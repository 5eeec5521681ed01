import type { CommonTable, Query } from '../syntax/nodes.ts';
import { EMPTY_SCOPE, type Environment, type KnownTable, report, type Scope } from './environment.ts';
import { renamed } from './outputs.ts';
import { rows } from './rows-of.ts';
import { readsItself, translateRecursive } from './recursion.ts';

/** The tables of WITH: what DuckDB's WITH says, and an environment in which they are known. Each sees those before it. */
export function translateWith(
  outerEnvironment: Environment,
  query: Query,
): { readonly environment: Environment; readonly definitions: readonly string[] } {
  const outer = outerEnvironment.scope;
  let environment: Environment = { ...outerEnvironment, scope: { ...EMPTY_SCOPE, outer } };
  const definitions: string[] = [];
  const names = new Set<string>();
  for (const common of query.with) {
    const key = common.name.text.toLowerCase();
    // By its letters as they are: of `a` and `A` the later one hides the other.
    if (names.has(common.name.text))
      report(environment, 'sql.syntax', `WITH names ${common.name.text} twice.`, common.name, 'Give it another name.');
    names.add(common.name.text);
    const made = define(environment, common, outer);
    definitions.push(...made.definitions);
    environment = { ...environment, commonTables: new Map(environment.commonTables).set(key, made.table) };
  }
  return { environment, definitions };
}

function define(
  environment: Environment,
  common: CommonTable,
  outer: Scope,
): { readonly table: KnownTable; readonly definitions: readonly string[] } {
  if (common.recursive && readsItself(common))
    return translateRecursive({ ...environment, planned: undefined }, common);
  const planned = environment.planned ? new Set<string>() : undefined;
  const inner = environment.translateQuery({ ...environment, scope: outer, planned, wholly: false }, common.query);
  const columns = renamed(environment, common, inner);
  const reference = `c${environment.nextId()}`;
  const known = { ...rows(inner.rows), ...(planned ? { planned } : {}) };
  const table = { sql: inner.sql, columns, open: inner.open, reference, ...known };
  return { table, definitions: [`${reference} AS (${inner.sql})`] };
}
