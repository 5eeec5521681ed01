import { isAggregateCall } from '../rules/functions.ts';
import type { Expression, ExpressionOf, Name, SelectItem, SourceOf } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { gathered, rewritten } from '../syntax/walk.ts';
import { quoteName, quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { isNumeric, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';
import { castSql } from './cast.ts';
import { unify } from './coerce.ts';
import { columnOfScope } from './columns.ts';
import { type Environment, refuse, report, type Scope, type ScopeColumn } from './environment.ts';
import { type HasOrigins, originsOf } from '../types/origins.ts';
import { outputColumns, ownedRelations, relationOf } from './outputs.ts';
import { isOpen, type TranslatedSource, visibleColumns } from './translated-source.ts';
import type { Typed } from './typed.ts';

interface Made extends HasOrigins {
  readonly name: string;
  readonly type: SparkType;
  readonly sql: string;
}

const OPEN: TranslatedSource = {
  sql: '(SELECT 1)',
  relations: [{ names: [], columns: [], open: true }],
  merged: [],
};

function within(environment: Environment, { relations, merged }: TranslatedSource): Environment {
  const scope: Scope = { ...environment.scope, relations, merged };
  return { ...environment, scope };
}

/** Columns that stay go on being known by their relation's names; what is made has none. */
function resultOf(
  environment: Environment,
  input: TranslatedSource,
  kept: readonly ScopeColumn[],
  made: readonly Made[],
  sql: (list: readonly string[]) => string,
  names: readonly string[] | undefined,
): TranslatedSource {
  const alias = `p${environment.nextId()}`;
  const owner = (column: ScopeColumn): readonly string[] =>
    input.relations.find((relation) => relation.columns.includes(column))?.names ?? [];
  const all = [...kept, ...made];
  const outputs = outputColumns([...kept.map((column) => ({ ...column, owner: owner(column) })), ...made]);
  const text = sql(all.map((column, at) => `${column.sql} AS ${quoteName(outputs[at]?.internal ?? '')}`));
  const relations = names ? [relationOf(outputs, false, alias, names)] : ownedRelations(outputs, false, alias);
  return { sql: `(${text}) AS ${alias}`, relations, merged: [] };
}

/** PIVOT: groups by every column that neither FOR nor an aggregate names, and aggregates once for each value. */
export function pivotSource(
  environment: Environment,
  source: SourceOf<'pivot'>,
  input: TranslatedSource,
): TranslatedSource {
  const inner = within(environment, input);
  const columns = source.columns.map((column) => inner.translate(inner, column));
  const named = [...source.columns, ...source.aggregates.map(({ expression }) => expression)];
  const used = new Set<ScopeColumn>();
  for (const node of named.flatMap((one) => gathered(one, ({ kind }) => kind === 'column')))
    if (node.kind === 'column') {
      const found = columnOfScope(inner.scope, node);
      if (found) used.add(found);
    }
  const kept = visibleColumns(input).filter((column) => !used.has(column));
  for (const { expression } of source.aggregates) checkAggregate(inner, expression);
  const made = pivoted(inner, source, columns);
  if (isOpen(input)) return OPEN;
  for (const { name, type } of kept)
    if (type.kind === 'map') refuse(environment, `PIVOT that groups by the map ${name}`, source);
  const groups = kept.length > 0 ? ` GROUP BY ${kept.map(({ sql }) => sql).join(', ')}` : '';
  const select = (list: readonly string[]): string => `SELECT ${list.join(', ')} FROM ${input.sql}${groups}`;
  return resultOf(environment, input, kept, made, select, undefined);
}

function pivoted(environment: Environment, source: SourceOf<'pivot'>, columns: readonly Typed[]): Made[] {
  const tests = source.values.map((value) => ({ value, ...pivotTest(environment, source, columns, value) }));
  const typed = tests.map(({ condition }) =>
    source.aggregates.map(({ expression }) => environment.translate(environment, filtered(expression, condition))),
  );
  // Spark's two ways: where every result is a plain number, what has no row is NULL; else each aggregate sees no row.
  const plain = (typed[0] ?? []).every(({ type }) => isNumeric(type) || type.kind === 'boolean');
  const names = tests.map(({ name }) => name);
  if (plain && new Set(names).size < names.length) refuse(environment, 'PIVOT with one value twice', source);
  return tests.flatMap(({ name, condition }, at) => {
    const found = environment.translate(environment, condition).sql;
    return source.aggregates.map((item, index): Made => {
      const one = typed[at]?.[index] ?? { sql: 'NULL', type: UNKNOWN, name: '' };
      const ending = item.alias?.text ?? environment.translate(environment, item.expression).name;
      return {
        name: source.aggregates.length === 1 ? name : `${name}_${ending}`,
        type: one.type,
        ...originsOf([one]),
        sql: plain ? `CASE WHEN count(*) FILTER (WHERE ${found}) > 0 THEN ${one.sql} END` : one.sql,
      };
    });
  });
}

function checkAggregate(environment: Environment, expression: Expression): void {
  const calls = gathered(expression, isAggregateCall);
  const inside = new Set(calls.flatMap((call) => gathered(call, ({ kind }) => kind === 'column')));
  const outside = gathered(expression, ({ kind }) => kind === 'column').filter((column) => !inside.has(column));
  const problem =
    calls.length === 0 || outside.length > 0
      ? 'PIVOT needs an aggregate around every column.'
      : calls.some((call) => gathered(call, (inner) => inner !== call && isAggregateCall(inner)).length > 0)
        ? 'An aggregate cannot stand in an aggregate.'
        : undefined;
  if (problem !== undefined) report(environment, 'sql.syntax', problem, expression, 'Correct the aggregate.');
  const odd = calls.find(
    (call) => call.kind === 'call' && /^(?:grouping|grouping_id|any_value|first|last)$/i.test(call.name),
  );
  if (odd) refuse(environment, 'This aggregate in PIVOT', odd);
}

/** `IS NOT DISTINCT FROM` for each column, and what the value is called. */
function pivotTest(
  environment: Environment,
  source: SourceOf<'pivot'>,
  columns: readonly Typed[],
  { expression, alias }: SelectItem,
): { condition: Expression; name: string } {
  const span: Span = expression;
  const several = columns.length > 1;
  const values = several && expression.kind === 'row' ? expression.items : [expression];
  const typed = environment.translate(environment, expression);
  if (gathered(expression, ({ kind }) => kind === 'column' || kind === 'scalarQuery').length > 0 || typed.volatile)
    report(environment, 'sql.syntax', 'The values of PIVOT are constants.', expression, 'Write the value.');
  if (values.length !== columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `PIVOT compares ${columns.length} columns with ${values.length} values.`,
      expression,
      'Give a value for each column.',
    );
  const tests = values.map((value, at): Expression => {
    const type = columns[at]?.type ?? UNKNOWN;
    const operand: Expression = { kind: 'cast', operand: value, type, trying: false, ...spanOf(value) };
    const left = source.columns[at] ?? value;
    return { kind: 'isDistinct', left, right: type.kind === 'unknown' ? value : operand, not: true, ...spanOf(value) };
  });
  const condition = tests.reduce((left, right) => ({ kind: 'binary', operator: 'AND', left, right, ...spanOf(span) }));
  return { condition, name: alias?.text ?? constantName(environment, expression) };
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** A value as Spark writes it in a column's name. */
function constantName(environment: Environment, node: Expression): string {
  if (node.kind === 'row') return `{${node.items.map((item) => constantName(environment, item)).join(', ')}}`;
  if (node.kind === 'call' && node.name.toLowerCase() === 'array')
    return `[${node.args.map((item) => constantName(environment, item)).join(', ')}]`;
  const { literal, type } = environment.translate(environment, node);
  if (literal === null) return 'null';
  if (node.kind === 'literal' && type.kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(String(node.value)))
    return String(node.value);
  const plain = type.kind === 'string' || type.kind === 'boolean' || (isNumeric(type) && !isFraction(type));
  if (literal === undefined || !plain)
    refuse(environment, 'This value of PIVOT without a name', node, 'Give it a name: value AS name.');
  return String(literal);
}

function isFraction({ kind }: SparkType): boolean {
  return kind === 'double' || kind === 'float';
}

/** Every aggregate of the expression over the rows of one value alone. */
function filtered(expression: Expression, condition: Expression): Expression {
  return rewritten(expression, (node) => {
    if (!isAggregateCall(node)) return undefined;
    const filter: Expression = node.filter
      ? { kind: 'binary', operator: 'AND', left: node.filter, right: condition, ...spanOf(node) }
      : condition;
    return { ...node, filter };
  });
}

/** UNPIVOT: each row once for each group of columns, without those whose values are all NULL. */
export function unpivotSource(
  environment: Environment,
  source: SourceOf<'unpivot'>,
  input: TranslatedSource,
): TranslatedSource {
  const inner = within(environment, input);
  const used = new Set<ScopeColumn>();
  const groups = source.groups.map((group) => group.columns.map((node) => groupColumn(inner, node, used)));
  for (const [at, group] of groups.entries())
    if (group.length !== source.values.length)
      report(
        environment,
        'sql.type-mismatch',
        `UNPIVOT makes ${source.values.length} columns of ${group.length}.`,
        source.groups[at]?.columns[0] ?? source,
        'Name as many columns.',
      );
  if (isOpen(input)) return OPEN;
  const values = source.values.map((name, at) => valueColumn(environment, source, name, groups, at));
  if (!source.includeNulls) checkNullTest(environment, source, values);
  const kept = visibleColumns(input).filter((column) => !used.has(column));
  const taken = new Set([source.name, ...kept].map((one) => ('text' in one ? one.text : one.name).toLowerCase()));
  const twice = source.values.find(({ text }) => taken.has(text.toLowerCase()));
  if (twice && !source.includeNulls)
    report(
      environment,
      'sql.ambiguous-column',
      `Several columns are named ${twice.text}.`,
      twice,
      'Rename one of them.',
    );
  const alias = `u${environment.nextId()}`;
  const field = (name: string): string => `struct_extract(${alias}.s, ${quoteText(name)})`;
  const made: Made[] = [
    { name: source.name.text, type: STRING, sql: field('n') },
    ...values.map((value, at) => ({ name: value.name, type: value.type, sql: field(`v${at}`), ...originsOf([value]) })),
  ];
  const rows = groups.map((_, line) => {
    const cells = values.map(
      ({ items, type }, at) => `v${at} := CAST(${items[line] ?? 'NULL'} AS ${toDuckdbType(type)})`,
    );
    return `struct_pack(n := ${quoteText(groupName(source, line))}, ${cells.join(', ')})`;
  });
  const test = values.map((_, at) => `${field(`v${at}`)} IS NOT NULL`).join(' OR ');
  const where = source.includeNulls ? '' : ` WHERE ${test}`;
  const sql = (list: readonly string[]): string =>
    `SELECT ${list.join(', ')} FROM ${input.sql} CROSS JOIN LATERAL (SELECT unnest([${rows.join(', ')}]) AS s) AS ${alias}${where}`;
  const names = source.alias.name ? [source.alias.name.text.toLowerCase()] : undefined;
  return resultOf(environment, input, kept, made, sql, names);
}

function groupColumn(environment: Environment, node: ExpressionOf<'column'>, used: Set<ScopeColumn>): Typed {
  const typed = environment.translate(environment, node);
  const found = columnOfScope(environment.scope, node);
  if (found) used.add(found);
  if (found && found.sql !== typed.sql)
    report(environment, 'sql.syntax', 'UNPIVOT takes columns, not their fields.', node, 'Select the field first.');
  return typed;
}

function groupName({ groups }: SourceOf<'unpivot'>, line: number): string {
  const group = groups[line];
  return group?.alias?.text ?? (group?.columns ?? []).map(({ parts }) => parts.at(-1)?.text ?? '').join('_');
}

function valueColumn(
  environment: Environment,
  source: SourceOf<'unpivot'>,
  name: Name,
  groups: readonly (readonly Typed[])[],
  at: number,
): { name: string; type: SparkType; items: string[] } & HasOrigins {
  const items = groups.flatMap((group) => group[at] ?? []);
  const spans = source.groups.flatMap(({ columns }) => columns[at] ?? []);
  const texts = items.filter(({ type }) => type.kind === 'string').length;
  if (texts > 0 && texts < items.length)
    report(environment, 'sql.type-mismatch', 'UNPIVOT of text and other values.', name, 'Write an explicit CAST.');
  const { type, items: same } = unify(environment, items, spans);
  return { name: name.text, type, items: same.map(({ sql }) => sql), ...originsOf(items) };
}

/** Spark asks whether coalesce(all values) is NULL, which reads text as what the others are. */
function checkNullTest(environment: Environment, source: Span, values: readonly { type: SparkType }[]): void {
  const kinds = values.map(({ type }) => type);
  const [first] = kinds;
  const alike = kinds.every(
    (type) => first && castSql('x', type, first, 'strict') !== undefined && sameFamily(type, first),
  );
  if (!alike)
    refuse(environment, 'UNPIVOT without NULLs of values of several types', source, 'Say INCLUDE NULLS and filter.');
}

function sameFamily(one: SparkType, other: SparkType): boolean {
  return one.kind === other.kind || (isNumeric(one) && isNumeric(other));
}
