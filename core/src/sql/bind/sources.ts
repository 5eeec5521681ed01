import type { ExpressionOf, Name, Source, TableAlias } from '../syntax/nodes.ts';
import { coerce, unify } from '../translate/coerce.ts';
import type {
  Environment,
  OutputColumn,
  RelationSource,
  Scope,
  ScopeColumn,
  ScopeRelation,
} from '../translate/environment.ts';
import { refuse, report } from '../translate/environment.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { BOOLEAN, type SparkType } from '../types/spark-type.ts';

/** What FROM gives to the rest of a SELECT. */
export interface From {
  readonly sql: string;
  readonly relations: readonly ScopeRelation[];
  readonly merged: readonly ScopeColumn[];
}

type SourceOf<K extends Source['kind']> = Extract<Source, { kind: K }>;

/** A FROM clause as DuckDB text; every relation gets an alias of its own, by which columns are referred to. */
export function translateSource(environment: Environment, source: Source): From {
  switch (source.kind) {
    case 'table':
      return table(environment, source);
    case 'tableFunction':
      return tableFunction(environment, source);
    case 'subquery':
      return subquery(environment, source);
    case 'values':
      return values(environment, source);
    case 'join':
      return join(environment, source);
    case 'lateralView':
      refuse(environment, 'LATERAL VIEW', source, 'Write it as a subquery with explode in its SELECT list.');
      return { ...translateSource(environment, source.input), relations: [{ names: [], columns: [], open: true }] };
  }
}

function table(environment: Environment, source: SourceOf<'table'>): From {
  const [only, extra] = source.parts;
  const common = only && !extra ? environment.commonTables.get(only.text.toLowerCase()) : undefined;
  const relation = common
    ? { sql: quoteName(common.reference), columns: common.columns.map(columnOf), open: common.open }
    : environment.catalog.table(source.parts, source);
  const names = source.parts.map(({ text }) => text.toLowerCase());
  return relationFrom(environment, relation, source.alias, names, source);
}

function columnOf({ name, type, internal }: OutputColumn): ScopeColumn {
  return { name, type, sql: quoteName(internal), hidden: false };
}

function tableFunction(environment: Environment, source: SourceOf<'tableFunction'>): From {
  const { call } = source;
  const [path, extra] = call.args;
  if (call.name.toLowerCase() !== 'read_files' || !path || extra) {
    refuse(environment, `The table function ${call.name}`, call.nameSpan);
    return { sql: '', relations: [{ names: [], columns: [], open: true }], merged: [] };
  }
  return relationFrom(environment, environment.catalog.files(path, call.named, call), source.alias, [], source);
}

function subquery(environment: Environment, source: SourceOf<'subquery'>): From {
  if (source.lateral) refuse(environment, 'LATERAL', source);
  const query = environment.translateQuery(environment, source.query);
  const relation = { sql: `(${query.sql})`, columns: query.columns.map(columnOf), open: query.open };
  return relationFrom(environment, relation, source.alias, [], source);
}

function values(environment: Environment, source: SourceOf<'values'>): From {
  const { sql, columns } = valuesQuery(environment, source);
  return relationFrom(
    environment,
    { sql: `(${sql})`, columns: columns.map(columnOf), open: false },
    source.alias,
    [],
    source,
  );
}

/** `VALUES` with the columns' common types: `col1`, `col2`, ... */
export function valuesQuery(
  environment: Environment,
  { rows, start, end }: { readonly rows: SourceOf<'values'>['rows']; readonly start: number; readonly end: number },
): { readonly sql: string; readonly columns: readonly OutputColumn[] } {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width))
    report(
      environment,
      'sql.type-mismatch',
      'The rows of VALUES have different lengths.',
      { start, end },
      'Give each row as many values.',
    );
  const typed = rows.map((row) => row.map((item) => environment.translate(environment, item)));
  const columns = Array.from({ length: width }, (_, at) =>
    unify(
      environment,
      typed.flatMap((row) => row.slice(at, at + 1)),
      rows.flatMap((row) => row.slice(at, at + 1)),
    ),
  );
  const text = rows.map((_, row) => `(${columns.map((column) => column.items[row]?.sql ?? 'NULL').join(', ')})`);
  const names = columns.map((_, at) => `col${at + 1}`);
  const alias = `v${environment.nextId()}`;
  return {
    sql: `SELECT * FROM (VALUES ${text.join(', ')}) AS ${alias}(${names.join(', ')})`,
    columns: columns.map(({ type }, at) => ({ name: names[at] ?? '', internal: names[at] ?? '', type })),
  };
}

function relationFrom(
  environment: Environment,
  relation: RelationSource,
  alias: TableAlias,
  names: readonly string[],
  span: { readonly start: number; readonly end: number },
): From {
  const id = `r${environment.nextId()}`;
  const visible = relation.columns.filter(({ hidden }) => !hidden);
  if (alias.columns && !relation.open && alias.columns.length !== visible.length)
    report(
      environment,
      'sql.type-mismatch',
      `The alias names ${alias.columns.length} columns, the relation has ${visible.length}.`,
      span,
      'Name each column.',
    );
  const columns = relation.columns.map((column) => {
    const renamed = alias.columns?.[visible.indexOf(column)]?.text;
    return { ...column, name: renamed ?? column.name, sql: `${id}.${column.sql}` };
  });
  const aliasName = alias.name?.text.toLowerCase();
  const scope = { names: aliasName === undefined ? names : [aliasName], columns, open: relation.open };
  return { sql: `${relation.sql} AS ${id}`, relations: [scope], merged: [] };
}

function join(environment: Environment, source: SourceOf<'join'>): From {
  const left = translateSource(environment, source.left);
  const right = translateSource(environment, source.right);
  const both = { relations: [...left.relations, ...right.relations], merged: [...left.merged, ...right.merged] };
  const keys = source.natural ? commonNames(left, right) : source.using;
  const using = keys?.map((key) => usingKey(environment, source, key, left, right)) ?? [];
  const scope: Scope = {
    ...environment.scope,
    relations: both.relations,
    merged: both.merged,
    aliases: new Map(),
    outer: environment.scope,
  };
  const on = source.on
    ? condition({ ...environment, scope }, source.on)
    : using.map(({ on: one }) => one).join(' AND ');
  const words = { 'LEFT SEMI': 'SEMI', 'LEFT ANTI': 'ANTI' }[source.type as string] ?? source.type;
  const crossed = source.type === 'CROSS' || (source.type === 'INNER' && on === '');
  const sql =
    crossed && on === ''
      ? `${left.sql} CROSS JOIN ${right.sql}`
      : `${left.sql} ${crossed ? 'INNER' : words} JOIN ${right.sql} ON ${on === '' ? 'true' : on}`;
  if (words === 'SEMI' || words === 'ANTI') return { sql, relations: left.relations, merged: left.merged };
  return { sql: `(${sql})`, relations: both.relations, merged: [...both.merged, ...using.map(({ column }) => column)] };
}

function condition(environment: Environment, on: NonNullable<SourceOf<'join'>['on']>): string {
  return coerce(environment, environment.translate(environment, on), BOOLEAN, on).sql;
}

function commonNames(left: From, right: From): Name[] {
  const names = (from: From): string[] =>
    from.relations.flatMap(({ columns }) =>
      columns.filter(({ hidden }) => !hidden).map(({ name }) => name.toLowerCase()),
    );
  const others = new Set(names(right));
  return [...new Set(names(left))].filter((name) => others.has(name)).map((text) => ({ text, start: 0, end: 0 }));
}

/** One column of USING: equal on both sides, and one column for `*` and plain names. */
function usingKey(
  environment: Environment,
  source: SourceOf<'join'>,
  key: Name,
  left: From,
  right: From,
): { on: string; column: ScopeColumn } {
  const side = (from: From): { sql: string; type: SparkType } => {
    const scope: Scope = {
      ...environment.scope,
      relations: from.relations,
      merged: from.merged,
      aliases: new Map(),
      outer: undefined,
    };
    const node: ExpressionOf<'column'> = { kind: 'column', parts: [key], start: key.start, end: key.end };
    return environment.translate({ ...environment, scope }, node);
  };
  const [a, b] = [side(left), side(right)];
  const typed = [a, b].map((one) => ({ ...one, name: key.text }));
  const { type, items } = unify(environment, typed, [key, key]);
  const [x, y] = items.map(({ sql }) => sql);
  const chosen = source.type === 'RIGHT' ? y : source.type === 'FULL' ? `coalesce(${x ?? ''}, ${y ?? ''})` : x;
  return { on: `(${x ?? ''} = ${y ?? ''})`, column: { name: key.text, type, sql: chosen ?? '', hidden: false } };
}
