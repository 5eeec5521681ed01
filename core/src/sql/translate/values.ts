import type { Expression } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { unify } from './coerce.ts';
import { EMPTY_SCOPE, type Environment, report, type TranslatedQuery } from './environment.ts';
import { outputColumns } from './outputs.ts';

/** `VALUES (1, 'a'), ...` with columns `col1`, `col2`, ... of the rows' common types. */
export function translateValues(
  environment: Environment,
  rows: readonly (readonly Expression[])[],
  span: Span,
): TranslatedQuery {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width))
    report(
      environment,
      'sql.type-mismatch',
      'The rows of VALUES have different lengths.',
      span,
      'Give each row as many values.',
    );
  // An inline table sees nothing around it.
  const inner: Environment = { ...environment, scope: EMPTY_SCOPE };
  const typed = rows.map((row) => row.map((item) => environment.translate(inner, item)));
  const columns = Array.from({ length: width }, (_, at) => {
    const items = typed.map((row) => row[at]).filter((item) => item !== undefined);
    const spans = rows.map((row) => row[at]).filter((item) => item !== undefined);
    return unify(environment, items, spans);
  });
  const outputs = outputColumns(columns.map(({ type }, at) => ({ name: `col${at + 1}`, type })));
  const lines = rows.map(
    (_, line) =>
      `(${columns.map(({ items, type }) => `CAST(${items[line]?.sql ?? 'NULL'} AS ${toDuckdbType(type)})`).join(', ')})`,
  );
  const sql = `SELECT * FROM (VALUES ${lines.join(', ')}) AS v${environment.nextId()}(${outputs.map(({ internal }) => quoteName(internal)).join(', ')})`;
  return { sql, columns: outputs, open: false };
}
