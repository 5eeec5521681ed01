import type { ExpressionOf, Name } from '../syntax/nodes.ts';
import { UNKNOWN_NAME } from '../syntax/names.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { type SparkType, UNKNOWN } from '../types/spark-type.ts';
import { type Environment, refuse, report, type Scope, type ScopeColumn, type ScopeRelation } from './environment.ts';
import { carried, withoutNotes } from '../types/column-notes.ts';
import { originsOf } from '../types/origins.ts';
import { normalized } from './orderable.ts';
import { type Typed, withoutLiteral } from './typed.ts';

/** Resolves `a`, `t.a`, `s.t.a`, `a.field` as Spark does: lambda variables, columns, lateral aliases, then the outer query. */
export function columnReference(environment: Environment, node: ExpressionOf<'column'>): Typed {
  const { parts, placed } = node;
  const last = parts.at(-1);
  if (placed) return { ...placed, name: last?.text ?? '', local: true };
  if (!last) throw new Error('a column without a name');
  if (parts.some(({ text }) => text === UNKNOWN_NAME)) return { sql: 'NULL', type: UNKNOWN, name: '' };
  let depth = 0;
  let queries = 0;
  for (let scope: Scope | undefined = environment.scope; scope; scope = scope.outer, depth++) {
    if (depth > 0 && scope.relations.length > 0) queries++;
    const around = scope !== environment.scope && scope.lateralAliases ? { ...scope, aliases: NO_ALIASES } : scope;
    const found = inScope(environment, around, node);
    if (!found || scope.relations.some(({ reach }) => reach !== undefined && depth > reach)) continue;
    if (found.ambiguous) return ambiguous(environment, node);
    // Spark looks in the one query around, not further out; it would not find the column.
    if (queries > 1 && !scope.variables.has(last.text.toLowerCase()))
      return refuse(
        environment,
        'A column of a query two levels around',
        node,
        'Join in the query between, or hand it on.',
      );
    if (scope === environment.scope) return found;
    environment.outerNames?.add(columnOfScope(scope, node)?.name ?? found.name);
    return { ...found, outer: true, local: false };
  }
  const found = environment.names.variable(parts.map(({ text }) => text));
  if (found?.variable === 'unknown') return { sql: 'NULL', type: UNKNOWN, name: last.text };
  if (found) return fields(environment, found.variable, parts.slice(found.parts));
  const text = parts.map((part) => part.text).join('.');
  return report(
    environment,
    'sql.unresolved-column',
    `There is no column ${text} here.`,
    node,
    nearest(environment.scope, last.text),
  );
}

const NO_ALIASES: Scope['aliases'] = new Map();

/** The input's column at a place. */
export function inputColumn(environment: Environment, node: ExpressionOf<'inputColumn'>): Typed {
  const { scope } = environment;
  const columns = [...scope.merged, ...scope.relations.flatMap((one) => one.columns.filter(({ hidden }) => !hidden))];
  const column = columns[node.at - 1];
  if (column) return { sql: column.sql, type: column.type, name: column.name, local: true, ...carried(column) };
  if (scope.relations.some(({ open }) => open)) return { sql: 'NULL', type: UNKNOWN, name: '' };
  const message = `GROUP BY ${node.at}: the input has ${columns.length} columns.`;
  return report(environment, 'sql.syntax', message, node, 'Correct the number.');
}

function nearest(scope: Scope, wanted: string): string {
  const names = scope.relations.flatMap((relation) => relation.columns.map(({ name }) => name));
  const close = names.filter((name) => name.toLowerCase().startsWith(wanted.slice(0, 3).toLowerCase()));
  return `Columns: ${(close.length > 0 ? close : names).slice(0, 12).join(', ') || 'none'}.`;
}

/** True where some relation here or around has a column of that name. */
export function hasColumn(scope: Scope, name: string): boolean {
  const part = { text: name, start: 0, end: 0 };
  for (let at: Scope | undefined = scope; at; at = at.outer) if (matches(at, [part]).length > 0) return true;
  return false;
}

function inScope(environment: Environment, scope: Scope, node: ExpressionOf<'column'>): Typed | undefined {
  const { parts } = node;
  const first = (parts[0]?.text ?? '').toLowerCase();
  const variable = scope.variables.get(first);
  if (variable) return fields(environment, variable, parts.slice(1));
  const alias = scope.aliases.get(first);
  const [, second] = parts;
  if (scope.aliasesFirst && alias && !alias.ambiguous && (!second || mayHave(alias.type, second)))
    return fields(environment, { ...alias, name: parts[0]?.text ?? '' }, parts.slice(1));
  for (const length of [4, 3, 2, 1]) {
    if (parts.length < length) continue;
    const found = matches(scope, parts.slice(0, length));
    if (found.length > 1) return ambiguous(environment, node);
    const [column] = found;
    const [field] = parts.slice(length);
    // What has no such field is not meant, where an alias of that name has it.
    if (column && alias && second && field && !mayHave(column.type, field) && mayHave(alias.type, second)) break;
    for (const constant of column?.planned ?? []) environment.planned?.add(constant);
    if (column)
      return fields(
        environment,
        // Under the name as it is written here, whatever the case of the column's own.
        {
          sql: column.sql,
          type: column.type,
          name: parts[length - 1]?.text ?? column.name,
          local: true,
          ...carried(column),
        },
        parts.slice(length),
      );
  }
  if (alias?.ambiguous && scope.relations.some(({ open: unknown }) => unknown))
    return { sql: 'NULL', type: UNKNOWN, name: '' };
  if (alias) {
    // Where columns are not known yet, one of that name may be meant.
    const known = scope.lateralAliases === true && !scope.relations.some((relation) => relation.open);
    const lateral = known ? { lateralAlias: true } : {};
    return fields(environment, { ...alias, ...lateral, name: parts[0]?.text ?? '' }, parts.slice(1));
  }
  const open = scope.relations.some(
    (relation) => relation.open && (parts.length === 1 || qualifies(relation, parts.slice(0, -1)) || parts.length > 1),
  );
  if (!open) return undefined;
  const name = parts.at(-1)?.text ?? '';
  return { sql: 'NULL', type: UNKNOWN, name, origins: new Set([{ placeholder: undefined, column: name }]) };
}

/** The column of this query that a name means, with fields after it or not; undefined where there is none or several. */
export function columnOfScope(scope: Scope, { parts }: ExpressionOf<'column'>): ScopeColumn | undefined {
  for (const length of [4, 3, 2, 1]) {
    const found = parts.length < length ? [] : matches(scope, parts.slice(0, length));
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

function ambiguous(environment: Environment, node: ExpressionOf<'column'>): Typed {
  const text = node.parts.map((part) => part.text).join('.');
  return report(
    environment,
    'sql.ambiguous-column',
    `The column ${text} stands in several relations.`,
    node,
    'Put the relation before it: t.column.',
  );
}

function matches(scope: Scope, parts: readonly Name[]): ScopeColumn[] {
  const name = (parts.at(-1)?.text ?? '').toLowerCase();
  const same = (column: ScopeColumn): boolean => column.name.toLowerCase() === name;
  if (parts.length === 1) {
    const merged = scope.merged.filter(same);
    const own = scope.relations.flatMap((relation) => relation.columns.filter(same));
    // What USING has joined is hidden; another of that name that a star shows is not meant less.
    if (merged.length > 0) return [...merged, ...own.filter(({ hidden }) => !hidden)];
    return own;
  }
  const qualifier = parts.slice(0, -1);
  const named = scope.relations.filter((relation) => qualifies(relation, qualifier));
  // `s.t.a` may mean the table t as well where its schema is left out.
  const short = scope.relations.filter((relation) => mayQualify(relation, qualifier));
  const perhaps = named.length > 0 ? short : [];
  return [...named, ...perhaps].flatMap((relation) => relation.columns.filter(same));
}

/** A relation whose schema was left out in FROM, and is not known here. */
function mayQualify({ names, short }: ScopeRelation, qualifier: readonly Name[]): boolean {
  if (!short || names.length === 0 || names.length >= qualifier.length) return false;
  const end = qualifier.slice(-names.length);
  return names.every((name, at) => name === end[at]?.text.toLowerCase());
}

/** `t`, `s.t` and `c.s.t` all name the relation `c.s.t`. */
export function qualifies(relation: ScopeRelation, qualifier: readonly Name[]): boolean {
  const { names } = relation;
  if (qualifier.length > names.length) return false;
  return qualifier.every((part, index) => names[names.length - qualifier.length + index] === part.text.toLowerCase());
}

function mayHave(type: SparkType, { text }: Name): boolean {
  const inner = type.kind === 'array' ? type.element : type;
  if (inner.kind === 'struct') return inner.fields.some(({ name }) => name.toLowerCase() === text.toLowerCase());
  return type.kind === 'map' || type.kind === 'unknown';
}

function fields(environment: Environment, base: Typed, names: readonly Name[]): Typed {
  const grouped = environment.representatives?.has(base.sql) ? { ...base, sql: normalized(base.sql, base.type) } : base;
  return names.reduce((value, name) => fieldOf(environment, value, name), names.length > 0 ? grouped : base);
}

/** A struct's field; of an array of structs, the field of each. */
export function fieldOf(environment: Environment, base: Typed, field: Name): Typed {
  const name = `${base.name}.${field.text}`;
  if (base.type.kind === 'unknown') return { sql: 'NULL', type: UNKNOWN, name, ...originsOf([base]) };
  const rest = withoutNotes(withoutLiteral(base));
  if (base.type.kind === 'struct') {
    const found = base.type.fields.find((one) => one.name.toLowerCase() === field.text.toLowerCase());
    if (found) return { ...rest, sql: `struct_extract(${base.sql}, ${quoteText(found.name)})`, type: found.type, name };
  }
  const element: SparkType | undefined = base.type.kind === 'array' ? base.type.element : undefined;
  if (element?.kind === 'struct') {
    const found = element.fields.find((one) => one.name.toLowerCase() === field.text.toLowerCase());
    if (found)
      return {
        ...rest,
        sql: `list_transform(${base.sql}, lambda __f: struct_extract(__f, ${quoteText(found.name)}))`,
        type: { kind: 'array', element: found.type },
        name,
      };
  }
  if (base.type.kind === 'map' && base.type.key.kind === 'string')
    return {
      ...rest,
      sql: `map_extract_value(${base.sql}, ${quoteText(field.text)})`,
      type: base.type.value,
      name: `${base.name}[${field.text}]`,
    };
  return report(
    environment,
    'sql.unresolved-column',
    `${base.name} has no field ${field.text}.`,
    field,
    'Correct the name.',
  );
}
