import type { Expression, ExpressionOf, Name } from '../syntax/nodes.ts';
import { quoteName, quoteText } from '../types/duckdb-type.ts';
import type { SparkType } from '../types/spark-type.ts';
import { columnOfScope, columnReference, qualifies } from './columns.ts';
import { type Environment, refuse, report, type ScopeColumn, type ScopeRelation } from './environment.ts';
import { carried } from '../types/column-notes.ts';
import { originsOf } from '../types/origins.ts';

/** The columns that `*`, `t.*` or `struct.*` means, without those that EXCEPT names. */
export function starColumns(environment: Environment, star: ExpressionOf<'star'>): ScopeColumn[] {
  const { scope } = environment;
  const chosen = relationsOf(environment, star);
  const empty = star.qualifier.length > 0 && chosen.every(({ columns, open }) => columns.length === 0 && !open);
  if (chosen.length === 0 || empty) return fieldsOf(environment, star);
  const own = chosen.flatMap((relation) =>
    relation.columns.filter((column) => (star.qualifier.length === 0 ? !column.hidden : column.name !== '_metadata')),
  );
  const here = chosen.some((relation) => scope.relations.includes(relation));
  const all = star.qualifier.length === 0 && here ? [...scope.merged, ...own] : own;
  return withoutExcepted(environment, star, all, chosen);
}

/** The columns of some relation that a star may mean are not known. */
export function isOpenStar({ scope }: Environment): boolean {
  const around = scope.outer?.lateral ? scope.outer.relations : [];
  return [...scope.relations, ...around].some(({ open }) => open);
}

/** In a lateral subquery a star that means nothing there means the relations on its left. */
function relationsOf({ scope }: Environment, { qualifier }: ExpressionOf<'star'>): readonly ScopeRelation[] {
  const chosen = (relations: readonly ScopeRelation[]): readonly ScopeRelation[] =>
    qualifier.length === 0 ? relations : relations.filter((relation) => qualifies(relation, qualifier));
  const here = chosen(scope.relations);
  return here.length === 0 && qualifier.length > 0 && scope.outer?.lateral ? chosen(scope.outer.relations) : here;
}

/** `s.*` of a struct column. */
function fieldsOf(environment: Environment, star: ExpressionOf<'star'>): ScopeColumn[] {
  const { scope } = environment;
  const text = star.qualifier.map(({ text: part }) => part).join('.');
  const { start, end } = star;
  const column: ExpressionOf<'column'> = { kind: 'column', parts: star.qualifier, start, end };
  // SELECT * without FROM beside a lateral join has no columns at all.
  if (star.qualifier.length === 0 && scope.outer?.lateral) return [];
  if (star.qualifier.length > 0 && columnOfScope(scope, column)) {
    const found = columnReference(environment, column);
    const { sql, type } = found;
    if (type.kind === 'struct') {
      const fields = type.fields.map((field) => ({
        name: field.name,
        type: field.type,
        sql: `struct_extract(${sql}, ${quoteText(field.name)})`,
        hidden: false,
        ...originsOf([found]),
      }));
      return withoutExcepted(environment, star, fields, []);
    }
  }
  if (!isOpenStar(environment))
    report(
      environment,
      'sql.unresolved-column',
      text === '' ? 'There is nothing that * could mean.' : `There is no relation ${text}.`,
      star,
      'Correct the name.',
    );
  return [];
}

function withoutExcepted(
  environment: Environment,
  star: ExpressionOf<'star'>,
  all: readonly ScopeColumn[],
  chosen: readonly ScopeRelation[],
): ScopeColumn[] {
  const dropped = new Set<ScopeColumn>();
  const fields = new Map<ScopeColumn, string[][]>();
  for (const parts of star.except) {
    const { found, path } = exceptTarget(all, chosen, parts);
    const [name] = parts;
    if (name && found.length === 0 && !chosen.some((relation) => relation.open))
      report(
        environment,
        'sql.unresolved-column',
        `EXCEPT names ${parts.map(({ text }) => text).join('.')}, which is no column here.`,
        name,
        'Correct the name.',
      );
    if (found.length > 1 && name)
      report(
        environment,
        'sql.ambiguous-column',
        `EXCEPT names ${parts.map(({ text }) => text).join('.')}, and several columns are named so.`,
        name,
        'Say of which relation.',
      );
    for (const column of found) {
      if (dropped.has(column) || (path.length === 0 && fields.has(column)))
        report(environment, 'sql.syntax', 'EXCEPT names a column twice.', star, 'Name each column once.');
      if (path.length === 0) dropped.add(column);
      else fields.set(column, [...(fields.get(column) ?? []), path]);
    }
  }
  return all
    .filter((column) => !dropped.has(column))
    .map((column) => {
      const paths = fields.get(column);
      return paths ? { ...column, ...withoutFields(environment, star, column, paths) } : column;
    });
}

/** `a`, `t.a`, `a.field`, `t.a.field.inner`: the columns meant, and the field inside. */
function exceptTarget(
  all: readonly ScopeColumn[],
  chosen: readonly ScopeRelation[],
  parts: readonly Name[],
): { readonly found: readonly ScopeColumn[]; readonly path: string[] } {
  for (let length = parts.length; length > 0; length--) {
    const name = parts[length - 1]?.text.toLowerCase();
    const qualifier = parts.slice(0, length - 1);
    const owners = chosen.filter((relation) => qualifier.length > 0 && qualifies(relation, qualifier));
    const found = all.filter(
      (column) =>
        column.name.toLowerCase() === name &&
        (qualifier.length === 0 || owners.some((relation) => relation.columns.includes(column))),
    );
    if (found.length > 0) return { found, path: parts.slice(length).map(({ text }) => text.toLowerCase()) };
  }
  return { found: [], path: [] };
}

/** A struct built anew without some of its fields. */
function withoutFields(
  environment: Environment,
  star: ExpressionOf<'star'>,
  value: { readonly sql: string; readonly type: SparkType },
  paths: readonly (readonly string[])[],
): { readonly sql: string; readonly type: SparkType } {
  const { sql, type } = value;
  const names = type.kind === 'struct' ? type.fields.map(({ name }) => name.toLowerCase()) : [];
  if (type.kind !== 'struct' || paths.some(([first]) => !names.includes(first ?? ''))) {
    report(environment, 'sql.unresolved-column', 'EXCEPT names a field that is not there.', star, 'Correct the name.');
    return value;
  }
  const fields = type.fields.flatMap((field) => {
    const own = paths.filter(([first]) => first === field.name.toLowerCase());
    const inner = { sql: `struct_extract(${sql}, ${quoteText(field.name)})`, type: field.type };
    if (own.length === 0) return [{ name: field.name, ...inner }];
    if (own.some((path) => path.length === 1)) {
      if (own.length > 1)
        report(environment, 'sql.syntax', 'EXCEPT names a column twice.', star, 'Name each column once.');
      return [];
    }
    const rest = own.map((path) => path.slice(1));
    return [{ name: field.name, ...withoutFields(environment, star, inner, rest) }];
  });
  if (fields.length === 0) refuse(environment, 'EXCEPT of every field of a struct', star);
  const text = fields.map((field) => `${quoteName(field.name)} := ${field.sql}`).join(', ');
  return {
    sql: `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${text}) END`,
    type: { kind: 'struct', fields: fields.map((field) => ({ name: field.name, type: field.type })) },
  };
}

/** Stars among arguments as the columns that they mean; undefined where these are not known. */
export function withoutStars(
  environment: Environment,
  nodes: readonly Expression[],
): readonly Expression[] | undefined {
  if (!nodes.some(({ kind }) => kind === 'star')) return nodes;
  if (isOpenStar(environment)) return undefined;
  return nodes.flatMap((node): Expression[] => {
    if (node.kind !== 'star') return [node];
    const { start, end } = node;
    return starColumns(environment, node).map(({ name, ...column }) => ({
      kind: 'column',
      parts: [{ text: name, start, end }],
      placed: { sql: column.sql, type: column.type, ...carried(column) },
      start,
      end,
    }));
  });
}
