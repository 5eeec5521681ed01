import type { KeptColumns } from '../contract.ts';
import { typeFromText } from '../syntax/type-text.ts';
import type { Problem, Span } from '../syntax/problem.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { type HasNotes, notesOf } from '../types/column-notes.ts';
import { sameType, type SparkType, typeText, undeclared } from '../types/spark-type.ts';
import { canUpCast } from '../types/up-cast.ts';
import { castSql } from './cast.ts';
import type { OutputColumn, TranslatedQuery } from './environment.ts';

/**
 * A view's query, whose tables may have changed since, under the columns that the view was made with: found by the names that the query
 * then gave, and brought to the types that they then had. Spark 4: `View.fromCatalogTable`.
 */
export function keptColumns(
  translated: TranslatedQuery,
  { view, mode, columns: made }: KeptColumns,
  span: Span,
  problems: Problem[],
): TranslatedQuery {
  const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
  if (mode === 'EVOLUTION') {
    const names = translated.columns.map(({ name }) => name.toLowerCase());
    const twice = names.find((name, at) => names.indexOf(name) < at);
    if (twice !== undefined) problems.push(changedSchema(view, twice, 1, 2, span));
    return translated;
  }
  const items: { readonly sql: string; readonly column: OutputColumn }[] = [];
  made.forEach(({ name, queryName, typeText: text, comment }, at) => {
    const found = translated.columns.filter((column) => same(column.name, queryName));
    const before = made.slice(0, at).filter((column) => same(column.queryName, queryName)).length;
    const expected = made.filter((column) => same(column.queryName, queryName)).length;
    const source = found[before];
    if (!source || found.length !== expected) {
      problems.push(changedSchema(view, queryName, expected, found.length, span));
      return;
    }
    const evolves = mode === 'TYPE EVOLUTION';
    const type = evolves ? source.type : undeclared(typeOf(text));
    const sql = broughtTo(source, type, mode === 'BINDING');
    if (sql === undefined) problems.push(changedType(view, name, source.type, type, mode, span));
    else
      items.push({
        sql,
        column: { name, type, internal: `k${at}`, ...notesOf(evolves ? source : noted(text, comment)) },
      });
  });
  // What is wrong ends the binding, and so no text of it runs.
  if (problems.length > 0) return translated;
  const selected = items.map(({ sql, column }) => `${sql} AS ${quoteName(column.internal)}`).join(', ');
  return {
    ...translated,
    sql: `SELECT ${selected} FROM (${translated.sql}) AS kept`,
    columns: items.map(({ column }) => column),
  };
}

/** What the view itself keeps of a column. */
function noted(text: string, comment: string | undefined): HasNotes {
  const limited = typeText(typeOf(text)) !== typeText(undeclared(typeOf(text)));
  return { notes: { ...(limited ? { declared: text } : {}), ...(comment === undefined ? {} : { comment }) } };
}

function typeOf(text: string): SparkType {
  return text === 'void' ? { kind: 'void' } : typeFromText(text);
}

/** Undefined where the column's values are not brought to the type. */
function broughtTo({ internal, type: from }: OutputColumn, to: SparkType, binds: boolean): string | undefined {
  const sql = quoteName(internal);
  if (sameType(from, to)) return sql;
  if (binds && !canUpCast(from, to)) return undefined;
  return castSql(sql, from, to, 'strict');
}

function changedSchema(view: string, column: string, expected: number, found: number, span: Span): Problem {
  return {
    code: 'sql.view-schema-change',
    message: `[INCOMPATIBLE_VIEW_SCHEMA_CHANGE] The query of the view ${view} gives ${found} columns ${column} where it gave ${expected}.`,
    span,
    nextStep: 'Make the view anew: CREATE OR REPLACE VIEW.',
  };
}

function changedType(
  view: string,
  column: string,
  from: SparkType,
  to: SparkType,
  mode: KeptColumns['mode'],
  span: Span,
): Problem {
  const binds = mode === 'BINDING' && !canUpCast(from, to);
  const types = `${typeText(from)} to ${typeText(to)}`.toUpperCase();
  return {
    code: binds ? 'sql.view-schema-change' : 'sql.not-emulated',
    message: binds
      ? `[CANNOT_UP_CAST_DATATYPE] The column ${column} of the view ${view} cannot be cast from ${types} without loss.`
      : `The cast of the column ${column} of the view ${view} from ${types} is not emulated locally.`,
    span,
    nextStep: 'Make the view anew: CREATE OR REPLACE VIEW.',
  };
}
