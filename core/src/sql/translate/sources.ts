import { withCarriedColumns } from './carried-columns.ts';
import { besideEachRow, lateralLeftJoin } from './lateral-rows.ts';
import type { Expression, JoinType, Source } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import type { Span } from '../syntax/problem.ts';
import { BIGINT, holds, isCollated, isNumeric, isUnknown, type SparkType } from '../types/spark-type.ts';
import { inlineTable, namedFunction } from '../program/inline.ts';
import { functionCall, isBuiltIn } from '../rules/functions.ts';
import { castSql } from './cast.ts';
import { truth } from './condition.ts';
import { type Environment, refuse, type RelationSource, report, type Scope, type ScopeColumn } from './environment.ts';
import { type HasOrigins, originsOf } from '../types/origins.ts';
import { ownedRelations, relationOf } from './outputs.ts';
import { withoutSubqueries } from './join-conditions.ts';
import { pivotSource, unpivotSource } from './pivots.ts';
import { rows, type RowsOf, together } from './rows-of.ts';
import type { TranslatedSource } from './translated-source.ts';
import { translateValues } from './values.ts';
import { joinSql, naturalNames, usingJoin } from './using-joins.ts';

export function translateSource(around: Environment, source: Source): TranslatedSource {
  const environment = around.wholly ? { ...around, wholly: false } : around;
  switch (source.kind) {
    case 'table':
      return tableSource(environment, source);
    case 'tableFunction':
      return tableFunction(environment, source);
    case 'subquery': {
      const query = environment.translateQuery(environment, source.query);
      if (source.keepsNames) {
        const id = `r${environment.nextId()}`;
        const relations = ownedRelations(query.columns, query.open, id);
        return { sql: `(${query.sql}) AS ${id}`, relations, merged: [], ...rows(query.rows) };
      }
      return aliased(environment, `(${query.sql})`, query, source.alias, [], source);
    }
    case 'values': {
      const query = translateValues(environment, source.rows, source);
      return aliased(environment, `(${query.sql})`, { ...query, rows: 'given' }, source.alias, [], source);
    }
    case 'join':
      return joinSource(environment, source);
    case 'lateralView':
      return lateralView(environment, source);
    case 'pivot':
      return pivotSource(
        environment,
        source,
        uncollated(environment, source, translateSource(environment, source.input)),
      );
    case 'unpivot':
      return unpivotSource(
        environment,
        source,
        uncollated(environment, source, translateSource(environment, source.input)),
      );
  }
}

/** PIVOT and UNPIVOT compare and group by bytes. */
function uncollated(environment: Environment, span: Source, input: TranslatedSource): TranslatedSource {
  const columns = [...input.merged, ...input.relations.flatMap((relation) => relation.columns)];
  if (columns.some(({ type }) => isCollated(type)))
    refuse(environment, `${span.kind.toUpperCase()} of collated texts`, span, 'Cast them to STRING.');
  return input;
}

type Aliased = Extract<Source, { kind: 'subquery' }>['alias'];

function aliased(
  environment: Environment,
  sql: string,
  query: { columns: Parameters<typeof relationOf>[0]; open: boolean; rows?: RowsOf },
  alias: Aliased,
  names: readonly string[],
  span: Span,
): TranslatedSource {
  const id = `r${environment.nextId()}`;
  const renamed = alias.columns?.map(({ text }) => text);
  checkColumnCount(environment, renamed?.length, query, span);
  const relation = relationOf(
    query.columns,
    query.open,
    id,
    alias.name ? [alias.name.text.toLowerCase()] : names,
    renamed,
  );
  return { sql: `${sql} AS ${id}`, relations: [relation], merged: [], ...rows(query.rows) };
}

function checkColumnCount(
  environment: Environment,
  wanted: number | undefined,
  query: { columns: readonly unknown[]; open: boolean },
  span: Span,
): void {
  if (wanted !== undefined && !query.open && wanted !== query.columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `${wanted} column names stand for ${query.columns.length} columns.`,
      span,
      'Name each column.',
    );
}

function tableSource(environment: Environment, source: Extract<Source, { kind: 'table' }>): TranslatedSource {
  const [first, more] = source.parts;
  const common = first && !more ? environment.commonTables.get(first.text.toLowerCase()) : undefined;
  const names = source.parts.map(({ text }) => text.toLowerCase());
  for (const constant of common?.planned ?? []) environment.planned?.add(constant);
  if (common) return aliased(environment, common.reference, common, source.alias, names, source);
  const relation = environment.catalog.table(source);
  return fromRelation(environment, relation, source.alias, completed(environment, names), source);
}

/** `t` is `spark_catalog.default.t` where the session's catalog and schema are known. */
function completed(environment: Environment, names: readonly string[]): readonly string[] {
  const [table = ''] = names;
  const home =
    names.length === 1
      ? environment.names.home?.(table)
      : names.length === 2
        ? environment.names.home?.('')
        : undefined;
  const { catalog, schema } = home ?? {};
  if (catalog === undefined || (names.length === 1 && schema === undefined)) return names;
  return [catalog, ...(names.length === 1 ? [schema ?? ''] : []), ...names].map((name) => name.toLowerCase());
}

function fromRelation(
  environment: Environment,
  relation: RelationSource,
  alias: Aliased,
  names: readonly string[],
  span: Span,
): TranslatedSource {
  const id = `r${environment.nextId()}`;
  if (alias.columns) checkColumnCount(environment, alias.columns.length, relation, span);
  const columns = relation.columns.map((column, at) => ({
    ...column,
    name: alias.columns?.[at]?.text ?? column.name,
    sql: `${id}.${column.sql}`,
  }));
  return {
    sql: `${relation.sql} AS ${id}`,
    relations: [
      {
        names: alias.name ? [alias.name.text.toLowerCase()] : names,
        columns,
        open: relation.open,
        ...(alias.name ? {} : { short: true }),
      },
    ],
    merged: [],
    ...rows(relation.rows),
  };
}

function tableFunction(environment: Environment, source: Extract<Source, { kind: 'tableFunction' }>): TranslatedSource {
  const { call, alias } = source;
  const name = call.name.toLowerCase();
  if (name === 'read_files') {
    const [path, extra] = call.args;
    if (!path || extra) {
      refuse(environment, 'read_files without a path or with more than one', call);
      return { sql: '(SELECT 1)', relations: [{ names: [], columns: [], open: true }], merged: [] };
    }
    return fromRelation(environment, environment.catalog.files(source, path), alias, [], source);
  }
  if (name === 'read_kafka') return fromRelation(environment, environment.catalog.hubs(source), alias, [], source);
  if (name === 'table_changes' && !source.stream)
    return fromRelation(environment, environment.catalog.changes(source), alias, [], source);
  if (name === 'range' && !source.stream) return rangeFunction(environment, source);
  if (source.stream) refuse(environment, `STREAM ${call.name}`, call, 'Stream a table, read_files or read_kafka.');
  const fn = call.qualifier || !isBuiltIn(name) ? namedFunction(environment, call) : undefined;
  if (fn === 'unknown') return { sql: '(SELECT 1)', relations: [{ names: [], columns: [], open: true }], merged: [] };
  if (fn) {
    const table = inlineTable(environment, source, fn);
    if (!table) return { sql: '(SELECT 1)', relations: [{ names: [], columns: [], open: true }], merged: [] };
    return aliased(environment, `(${table.sql})`, { ...table, open: false }, alias, [name], source);
  }
  const generated = functionCall({ ...environment, generators: true }, call);
  if (generated.generator) {
    const sql = withCarriedColumns(environment, generated.generator.sql, environment.scope);
    return generatorSource(environment, { ...generated.generator, sql, ...originsOf([generated]) }, alias, source);
  }
  if (!isUnknown(generated.type)) refuse(environment, `The table function ${call.name}`, call.nameSpan);
  return { sql: '(SELECT 1)', relations: [{ names: [], columns: [], open: true }], merged: [] };
}

function rangeFunction(environment: Environment, source: Extract<Source, { kind: 'tableFunction' }>): TranslatedSource {
  const { call } = source;
  const args = call.args.map((arg) => ({ arg, typed: environment.translate(environment, arg) }));
  if (args.length === 0 || args.length > 4) refuse(environment, 'range with these arguments', call);
  for (const { arg } of args)
    if (contains(arg, ({ kind }) => kind === 'scalarQuery' || kind === 'column'))
      report(environment, 'sql.type-mismatch', 'range takes constants.', arg, 'Write the number.');
  const bounds = args.map(({ arg, typed }) => {
    const cast = castSql(typed.sql, typed.type, BIGINT, environment.profile.ansi ? 'strict' : 'legacy');
    const number = isNumeric(typed.type) || isUnknown(typed.type) || typed.type.kind === 'string';
    if (!number || cast === undefined)
      report(environment, 'sql.type-mismatch', 'range takes whole numbers.', arg, 'Write the number.');
    return cast ?? 'NULL';
  });
  // A fourth says into how many parts Spark cuts them: the numbers are the same.
  const sql = `(SELECT range AS "id" FROM range(${bounds.slice(0, 3).join(', ')}))`;
  return aliased(
    environment,
    sql,
    { columns: [{ name: 'id', type: BIGINT, internal: 'id' }], open: false, rows: 'stored' },
    source.alias,
    [],
    source,
  );
}

function generatorSource(
  environment: Environment,
  generator: { sql: string; columns: readonly { name: string; type: ScopeColumn['type'] }[] } & HasOrigins,
  alias: Aliased,
  span: Span,
): TranslatedSource {
  if (generator.sql === '')
    return {
      sql: '(SELECT 1)',
      relations: [{ names: alias.name ? [alias.name.text.toLowerCase()] : [], columns: [], open: true }],
      merged: [],
    };
  const columns = generator.columns.map(({ name, type }) => ({
    name,
    type,
    internal: name,
    ...originsOf([generator]),
  }));
  return aliased(environment, `(${generator.sql})`, { columns, open: false }, alias, [], span);
}

/** Names inside a lateral subquery see the relations to its left. */
function withLeft(environment: Environment, left: TranslatedSource): Environment {
  const scope: Scope = {
    ...environment.scope,
    relations: left.relations,
    merged: left.merged,
    outer: environment.scope.outer,
    lateral: true,
  };
  return { ...environment, scope, outerNames: undefined };
}

function lateralView(environment: Environment, source: Extract<Source, { kind: 'lateralView' }>): TranslatedSource {
  const left = translateSource(environment, source.input);
  const name =
    source.outer && !source.call.name.toLowerCase().endsWith('_outer') ? `${source.call.name}_outer` : source.call.name;
  const call = { ...source.call, name };
  const generated = functionCall({ ...withLeft(environment, left), generators: true }, call);
  if (!generated.generator) {
    if (!isUnknown(generated.type)) refuse(environment, `LATERAL VIEW with ${source.call.name}`, source.call.nameSpan);
    return { ...left, relations: [...left.relations, { names: [], columns: [], open: true }] };
  }
  const generator = { ...generated.generator, ...originsOf([generated]) };
  const carried = { ...generator, sql: withCarriedColumns(environment, generator.sql, left) };
  const right = generatorSource(environment, carried, source.alias, source);
  return {
    sql: `${left.sql} CROSS JOIN LATERAL ${right.sql}`,
    relations: [...left.relations, ...right.relations],
    merged: left.merged,
    ...rows(together(left.rows)),
  };
}

/** Spark would have to tell such values apart there. */
function holdsPairs(type: SparkType): boolean {
  return holds(type, 'map') || holds(type, 'variant');
}

function joinSource(environment: Environment, source: Extract<Source, { kind: 'join' }>): TranslatedSource {
  const first = translateSource(environment, source.left);
  const lateral =
    (source.right.kind === 'subquery' || source.right.kind === 'tableFunction') && source.right.lateral === true;
  const inner = lateral
    ? { ...withLeft(environment, first), scope: { ...withLeft(environment, first).scope } }
    : environment;
  const second = translateSource(inner, source.right);
  const [left, right] = besideEachRow(environment, source, first, second);
  if (lateral && source.type === 'LEFT' && source.right.kind === 'tableFunction' && !source.on)
    refuse(environment, 'LEFT JOIN LATERAL of a table function without ON', source, 'Say ON true.');
  if (lateral && source.type !== 'CROSS' && source.type !== 'INNER' && source.type !== 'LEFT')
    refuse(environment, 'This join with LATERAL', source);
  if (lateral && source.natural)
    report(environment, 'sql.syntax', 'There is no NATURAL JOIN LATERAL.', source, 'Say ON, or leave NATURAL out.');
  if (source.natural && (source.type === 'LEFT SEMI' || source.type === 'LEFT ANTI'))
    report(environment, 'sql.syntax', `There is no NATURAL ${source.type} JOIN.`, source, 'Say USING or ON.');
  if (lateral && source.using)
    report(environment, 'sql.syntax', 'There is no JOIN LATERAL with USING.', source, 'Say ON.');
  if (lateral && source.on && source.right.kind === 'tableFunction')
    for (const arg of source.right.call.args)
      if (arg.kind === 'column' && holdsPairs(environment.translate(withLeft(environment, first), arg).type))
        report(
          environment,
          'sql.type-mismatch',
          '[UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE] A table function of a map or a variant beside it takes no ON.',
          arg,
          'Say the condition in WHERE.',
        );
  if (lateral && source.on && asksQuery(source.on)) refuse(environment, 'A subquery in ON beside LATERAL', source.on);
  const names = source.natural ? naturalNames(left, right, source) : source.using;
  if (names)
    return {
      ...usingJoin(environment, source, left, right, names),
      ...rows(together(left.rows, right.rows)),
    };
  const relations = [...left.relations, ...right.relations];
  const merged = [...left.merged, ...right.merged];
  const both = together(left.rows, right.rows);
  const planned = both ? environment.planned : undefined;
  const joined: Environment = { ...environment, planned, scope: { ...environment.scope, relations, merged } };
  const hoisted = source.on && withoutSubqueries(joined, source.on, source.type, left, right);
  const on = hoisted ? condition(joined, hoisted.on, source.type) : undefined;
  const rightText = hoisted?.right ?? right.sql;
  const sql = on?.outer
    ? outerJoinAround(joined, source, left, right, on.sql)
    : ((lateral && source.type === 'LEFT' && on ? lateralLeftJoin(left, right, on.sql) : undefined) ??
      joinSql(source.type, hoisted?.left ?? left.sql, `${lateral ? 'LATERAL ' : ''}${rightText}`, on?.sql));
  const semi = source.type === 'LEFT SEMI' || source.type === 'LEFT ANTI';
  const seen = semi ? left : { relations, merged };
  return { sql, relations: seen.relations, merged: seen.merged, ...rows(both) };
}

function asksQuery(node: Expression): boolean {
  return contains(node, ({ kind }) => kind === 'inQuery' || kind === 'exists' || kind === 'scalarQuery');
}

/** DuckDB takes no column of the query around in ON of an outer join; the side that may be missing is looked up beside each row. */
function outerJoinAround(
  environment: Environment,
  { type, on, right: source }: Extract<Source, { kind: 'join' }>,
  left: TranslatedSource,
  right: TranslatedSource,
  condition: string,
): string {
  const [kept, missing] = type === 'LEFT' ? [left, right] : [right, left];
  const [, alias] = / AS (\w+)$/.exec(missing.sql) ?? [];
  const asks = on !== undefined && asksQuery(on);
  const lateral = (source.kind === 'subquery' || source.kind === 'tableFunction') && source.lateral === true;
  if (
    (type !== 'LEFT' && type !== 'RIGHT') ||
    lateral ||
    asks ||
    alias === undefined ||
    missing.relations.length !== 1
  ) {
    refuse(
      environment,
      'ON of this outer join with a column of the query around it',
      on ?? source,
      'Use WHERE, or an inner join.',
    );
    return left.sql;
  }
  return `${kept.sql} LEFT JOIN LATERAL (SELECT * FROM ${missing.sql} WHERE ${condition}) AS ${alias} ON true`;
}

interface JoinCondition {
  readonly sql: string;
  /** It holds a column of the query around, and not of an inner join. */
  readonly outer: boolean;
}

function condition(environment: Environment, on: Expression, type: JoinType): JoinCondition {
  const joining: Environment = { ...environment, joins: true };
  const typed = truth(joining, joining.translate(joining, on), on, 'filter');
  environment.trace?.condition([typed]);
  return { sql: typed.sql, outer: typed.outer === true && type !== 'INNER' && type !== 'CROSS' };
}
