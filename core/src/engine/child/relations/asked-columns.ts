import { quoteIdentifier, quoteLiteral } from '../../../delta/duckdb-types.ts';
import type { RelationColumn } from '../../../sql/contract.ts';
import { fromDuckdbType } from '../../../sql/types/duckdb-type.ts';

/** What texts ask of a relation: whole columns, or of a struct some of its fields alone. Names in lower case. */
export interface AskedColumns {
  readonly columns: ReadonlySet<string>;
  /** Of columns of which nothing but fields is asked. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Text in which a name could stand unseen: other literals than plain ones, all columns by a star or a pattern. */
const unclear = /\bE'|\$\w*\$|(?:\bSELECT|\bDISTINCT|,|\.)\s*\*|\bCOLUMNS\s*\(/i;

/**
 * Which of a relation's columns DuckDB texts may look at. A name that stands in a text for anything, in quotes or not, counts; what
 * is told is more than what is asked, never less.
 * @returns undefined where a text cannot be told.
 */
export function askedColumns(texts: readonly string[], names: readonly string[]): AskedColumns | undefined {
  const read = texts.map(withoutLiterals);
  if (read.some(({ text }) => unclear.test(text))) return undefined;
  const columns = new Set<string>();
  const fields = new Map<string, Set<string>>();
  for (const name of names.map((one) => one.toLowerCase())) {
    const found = new Set<string>();
    const isWhole = read.some(({ text, literals }) => {
      const within = [...text.matchAll(fieldOf(name))].map((match) => literals[Number(match[1])] ?? '');
      for (const field of within) found.add(field.toLowerCase());
      return [...text.matchAll(occurrence(name))].length > within.length;
    });
    if (isWhole) columns.add(name);
    else if (found.size > 0) fields.set(name, found);
  }
  return { columns, fields };
}

/** The text with a number in place of each literal; names in quotes stay. */
export function withoutLiterals(sql: string): { readonly text: string; readonly literals: readonly string[] } {
  const literals: string[] = [];
  const text = sql.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, (token, at: number) => {
    if (token.startsWith('"') || sql[at - 1]?.toUpperCase() === 'E') return token;
    literals.push(token.slice(1, -1).replaceAll("''", "'"));
    return `'${literals.length - 1}'`;
  });
  return { text, literals };
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('"', '""');

function occurrence(name: string): RegExp {
  return /^\w+$/.test(name) ? new RegExp(`\\b${name}\\b`, 'gi') : new RegExp(escaped(name), 'gi');
}

/** A field as the dialect takes it from a column: `struct_extract(r0."event", 'event_id')`. */
function fieldOf(name: string): RegExp {
  return new RegExp(`struct_extract\\(\\w+\\."${escaped(name)}", '(\\d+)'\\)`, 'gi');
}

/**
 * A query with these columns, with NULL in place of what is not asked for: nobody computes or keeps it. Its columns and their types
 * are the same. What is asked of a struct's fields alone tells nothing of the struct, which may become one of NULLs.
 */
export function onlyAsked(sql: string, columns: readonly RelationColumn[], asked: AskedColumns): string {
  const changed = columns.flatMap(({ name, duckdbType }) => {
    const key = name.toLowerCase();
    if (asked.columns.has(key)) return [];
    const value = onlyFields(quoteIdentifier(name), duckdbType, asked.fields.get(key) ?? new Set());
    return value === undefined ? [] : [`CAST(${value} AS ${duckdbType}) AS ${quoteIdentifier(name)}`];
  });
  return changed.length === 0 ? sql : `SELECT * REPLACE (${changed.join(', ')}) FROM (${sql}) AS asked`;
}

/** Undefined where the column is to stay as it is. */
function onlyFields(column: string, duckdbType: string, fields: ReadonlySet<string>): string | undefined {
  if (fields.size === 0) return 'NULL';
  const type = fromDuckdbType(duckdbType);
  if (type.kind !== 'struct' || type.fields.every(({ name }) => fields.has(name.toLowerCase()))) return undefined;
  const items = type.fields.map(({ name }) => {
    const value = fields.has(name.toLowerCase()) ? `struct_extract(${column}, ${quoteLiteral(name)})` : 'NULL';
    return `${quoteIdentifier(name)} := ${value}`;
  });
  return `struct_pack(${items.join(', ')})`;
}
