import type { Expression } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { contains } from '../syntax/walk.ts';
import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { isCollated, sameType } from '../types/spark-type.ts';
import { unify } from './coerce.ts';
import { EMPTY_SCOPE, type Environment, refuse, report, type TranslatedQuery } from './environment.ts';
import { outputColumns } from './outputs.ts';

/** `VALUES (1, 'a'), ...` with columns `col1`, `col2`, ... of the rows' common types. */
export function translateValues(
  environment: Environment,
  written: readonly (readonly Expression[])[],
  span: Span,
): TranslatedQuery {
  const rows = written.map(rowOf);
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width))
    report(
      environment,
      'sql.type-mismatch',
      'The rows of VALUES have different lengths.',
      span,
      'Give each row as many values.',
    );
  refuseSubqueries(environment, rows);
  // An inline table sees nothing around it.
  const { ansi, timeZone, decidedBy } = environment.profile;
  const inner: Environment = {
    ...environment,
    scope: EMPTY_SCOPE,
    // Nor has it the collation of the view in which it stands.
    profile: { ansi, timeZone, decidedBy },
  };
  const typed = rows.map((row) => row.map((item) => environment.translate(inner, item)));
  for (const [at, item] of typed.flat().entries())
    if (item.volatile)
      report(
        environment,
        'sql.random-in-values',
        `${item.name} cannot stand in VALUES.`,
        rows.flat()[at] ?? span,
        'Write a SELECT.',
      );
  const columns = Array.from({ length: width }, (_, at) => {
    const items = typed.map((row) => row[at]).filter((item) => item !== undefined);
    const spans = rows.map((row) => row[at]).filter((item) => item !== undefined);
    // Here COLLATE does not decide for the others.
    const different = items.find(({ type }) => isCollated(type) || items.some((one) => isCollated(one.type)));
    if (different && items.some(({ type }) => !sameType(type, different.type)))
      report(
        environment,
        'sql.type-mismatch',
        'The rows of VALUES have texts with different collations.',
        span,
        'Write COLLATE in each row.',
      );
    const text = items.some(({ type }) => type.kind === 'string');
    const other = items.find(({ type }) => !['string', 'void', 'unknown'].includes(type.kind));
    if (text && other)
      report(
        environment,
        'sql.type-mismatch',
        `[INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE] VALUES mixes text with ${other.type.kind}.`,
        spans[items.indexOf(other)] ?? span,
        'Write an explicit CAST.',
      );
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

/** `VALUES struct(1, 2)` is a row of two values to Spark's parser; `named_struct` is one value. */
function rowOf(row: readonly Expression[]): readonly Expression[] {
  const [only, more] = row;
  if (!only || more || only.kind !== 'call' || only.qualifier) return row;
  if (only.nameSpan.end - only.nameSpan.start !== 'struct'.length) return row;
  const name = only.name.toLowerCase();
  if (name === 'named_struct') return only.args.filter((_, at) => at % 2 === 1);
  return name === 'struct' && only.args.length > 0 ? only.args : row;
}

/** Spark raises `UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES`, and for the other kinds an internal error. */
function refuseSubqueries(environment: Environment, rows: readonly (readonly Expression[])[]): void {
  for (const item of rows.flat()) {
    if (contains(item, ({ kind }) => kind === 'scalarQuery'))
      report(
        environment,
        'sql.subquery-in-values',
        'A subquery cannot stand in VALUES.',
        item,
        'Write INSERT ... SELECT.',
      );
    else if (contains(item, ({ kind }) => kind === 'exists' || kind === 'inQuery'))
      refuse(environment, 'EXISTS and IN of a query in VALUES', item, 'Write a SELECT.');
  }
}
