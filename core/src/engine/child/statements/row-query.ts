import type { CompiledQuery } from '../../../sql/contract.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { BoundQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';

/** What a table's own SQL calls the rows that it is about. */
export const rowsName = '__rows';

/**
 * A query of a table's own rules (a constraint, a generated column) over rows of the session: `SELECT ... FROM __rows`.
 * @throws ExpectedError `delta.constraint-not-emulated` where the dialect does not take it, or it reads other tables.
 */
export async function queryOverRows(run: Run, name: string, text: string, rows: string): Promise<BoundQuery> {
  const query = compiled(run, name, text);
  const columns = await run.session.describe(rows);
  const bound = query.bind(() => columns);
  const [relation] = query.relations;
  if (!relation) return bound;
  const placeholder = quoteIdentifier(relation.placeholder);
  return { ...bound, duckdbSql: `WITH ${placeholder} AS (SELECT * FROM ${rows}) SELECT * FROM (${bound.duckdbSql})` };
}

function compiled(run: Run, name: string, text: string): CompiledQuery {
  const result = run.context.dialect.compile({ text, file: name }, new Map(), run.profile);
  const [statement] = result.ok ? result.statements : [];
  const only = statement?.kind === 'query' ? statement.query : undefined;
  if (only?.relations.every((relation) => relation.kind === 'table' && relation.table.table === rowsName)) return only;
  const why = result.ok ? 'it reads other tables' : result.diagnostics.map(({ message }) => message).join(' ');
  throw new ExpectedError({
    code: 'delta.constraint-not-emulated',
    message: `The rule ${name} of the table (${text}) cannot be followed here: ${why}`,
    nextStep: 'Write the table on Databricks, or take the rule away with ALTER TABLE.',
  });
}

/** A name as Databricks SQL quotes it. */
export function sparkName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
