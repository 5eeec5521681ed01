import type { Expression, GroupBy, Select, SelectItem, SortKey } from '../syntax/nodes.ts';
import { sortText } from '../rules/windows.ts';
import { coerce } from '../translate/coerce.ts';
import { qualifies } from '../translate/columns.ts';
import {
  EMPTY_SCOPE,
  type Environment,
  type OutputColumn,
  refuse,
  report,
  type Scope,
  type ScopeColumn,
  type TranslatedQuery,
} from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { BOOLEAN, isUnknown } from '../types/spark-type.ts';
import { limits, type Tail } from './query.ts';
import { type From, translateSource } from './sources.ts';

interface Items {
  readonly items: readonly Typed[];
  /** An alias hides the name that an expression would have. */
  readonly names: readonly string[];
  readonly aliases: ReadonlyMap<string, Typed>;
  readonly open: boolean;
}

/** SELECT with all its clauses. Columns are written with their relation's alias, so that no output alias can capture them. */
export function translateSelect(environment: Environment, select: Select, tail: Tail): TranslatedQuery {
  const from: From = select.from ? translateSource(environment, select.from) : { sql: '', relations: [], merged: [] };
  const scope: Scope = {
    ...EMPTY_SCOPE,
    relations: from.relations,
    merged: from.merged,
    outer: environment.scope,
    windows: select.windows,
  };
  const inner = { ...environment, scope };
  const selected = translateItems(inner, select.items);
  const aliased = { ...inner, scope: { ...scope, aliases: selected.aliases } };
  const condition = (where: Environment, node: Expression | undefined, word: string): string =>
    node ? ` ${word} ${coerce(where, where.translate(where, node), BOOLEAN, node).sql}` : '';
  const where = condition(inner, select.where, 'WHERE');
  const groupBy = groupSql(aliased, select.groupBy, selected.items);
  const having = condition(aliased, select.having, 'HAVING');
  const qualify = condition(aliased, select.qualify, 'QUALIFY');
  const order = orderSql(aliased, tail, selected, select.distinct);
  const columns = outputs(selected);
  const list = selected.items.map(({ sql }, at) => `${sql} AS ${quoteName(columns[at]?.internal ?? '')}`).join(', ');
  const head = `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list}${from.sql === '' ? '' : ` FROM ${from.sql}`}`;
  return {
    sql: head + where + groupBy + having + qualify + order + limits(environment, tail),
    columns,
    open: selected.open,
  };
}

function outputs({ items, names }: Items): OutputColumn[] {
  const taken = new Set<string>();
  return items.map(({ type }, at) => {
    const name = names[at] ?? '';
    let internal = name;
    for (let copy = 1; taken.has(internal.toLowerCase()) || internal === ''; copy++) internal = `${name}:${copy}`;
    taken.add(internal.toLowerCase());
    return { name, type, internal };
  });
}

function translateItems(environment: Environment, written: readonly SelectItem[]): Items {
  const items: Typed[] = [];
  const names: string[] = [];
  const aliases = new Map<string, Typed>();
  let open = false;
  for (const item of written) {
    if (item.aliases) refuse(environment, 'Several aliases for one expression', item);
    if (item.expression.kind === 'star') {
      const expanded = expandStar(environment, item.expression);
      open ||= expanded.open;
      items.push(...expanded.columns.map(({ sql, type, name }) => ({ sql, type, name })));
      names.push(...expanded.columns.map(({ name }) => name));
      continue;
    }
    // An earlier alias of the same list is visible where no column has its name.
    const scope = { ...environment.scope, aliases: new Map(aliases) };
    const typed = environment.translate({ ...environment, scope }, item.expression);
    if (typed.generator) refuse(environment, 'A generator in a SELECT list', item.expression);
    items.push(typed);
    names.push(item.alias?.text ?? lastPart(item.expression) ?? typed.name);
    if (item.alias && !typed.volatile) aliases.set(item.alias.text.toLowerCase(), typed);
  }
  return { items, names, aliases, open };
}

/** A column, or a struct's field, is called as it was written last. */
function lastPart(expression: Expression): string | undefined {
  if (expression.kind === 'column') return expression.parts.at(-1)?.text;
  return expression.kind === 'field' ? expression.field.text : undefined;
}

function expandStar(
  environment: Environment,
  star: Extract<Expression, { kind: 'star' }>,
): { columns: readonly ScopeColumn[]; open: boolean } {
  const { relations, merged } = environment.scope;
  const chosen =
    star.qualifier.length === 0 ? relations : relations.filter((relation) => qualifies(relation, star.qualifier));
  const open =
    chosen.some((relation) => relation.open) || (chosen.length === 0 && relations.some((relation) => relation.open));
  if (chosen.length === 0 && !open)
    report(
      environment,
      'sql.unresolved-column',
      `There is no relation ${star.qualifier.map(({ text }) => text).join('.')} here.`,
      star,
      'Correct the name.',
    );
  const usesMerged = star.qualifier.length === 0;
  const shared = new Set(usesMerged ? merged.map(({ name }) => name.toLowerCase()) : []);
  const own = chosen.flatMap(({ columns }) =>
    columns.filter(({ name, hidden }) => !hidden && !shared.has(name.toLowerCase())),
  );
  const all = usesMerged ? [...merged, ...own] : own;
  const except = new Set(star.except.map((parts) => (parts.at(-1)?.text ?? '').toLowerCase()));
  if (star.except.some((parts) => parts.length > 1)) refuse(environment, 'EXCEPT with a qualified column', star);
  const missing = [...except].find((name) => !all.some((column) => column.name.toLowerCase() === name));
  if (missing !== undefined && !open)
    report(
      environment,
      'sql.unresolved-column',
      `EXCEPT names ${missing}, which is no column here.`,
      star,
      'Correct the name.',
    );
  return { columns: all.filter(({ name }) => !except.has(name.toLowerCase())), open };
}

function groupSql(environment: Environment, groupBy: GroupBy | undefined, items: readonly Typed[]): string {
  if (!groupBy) return '';
  const keyOf = (node: Expression): string => {
    if (node.kind === 'literal') {
      const item = node.type.kind === 'int' ? items[Number(node.value) - 1] : undefined;
      if (!item || item.literal !== undefined) refuse(environment, 'GROUP BY of a constant', node);
      return item?.sql ?? 'NULL';
    }
    const key = environment.translate(environment, node);
    if (key.literal !== undefined) refuse(environment, 'GROUP BY of a constant', node);
    if (key.aggregate)
      report(
        environment,
        'sql.type-mismatch',
        'GROUP BY cannot hold an aggregate.',
        node,
        'Group by the columns below it.',
      );
    return key.sql;
  };
  switch (groupBy.kind) {
    case 'expressions':
      return ` GROUP BY ${groupBy.expressions.map(keyOf).join(', ')}`;
    case 'all': {
      const keys = items.filter(({ aggregate, literal }) => !aggregate && literal === undefined).map(({ sql }) => sql);
      return keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : '';
    }
    case 'rollup':
    case 'cube':
    case 'groupingSets':
      // In the SELECT list a key is NULL in the rows of a coarser set: that holds for plain columns in both engines.
      refuse(environment, 'GROUP BY with ROLLUP, CUBE or GROUPING SETS', groupBy, 'Write a UNION ALL of GROUP BYs.');
      return '';
  }
}

function orderSql(environment: Environment, tail: Tail, selected: Items, distinct: boolean): string {
  const { items } = selected;
  const visible = new Map(items.map((item, at) => [(selected.names[at] ?? '').toLowerCase(), item]));
  const scope = { ...environment.scope, aliases: visible, aliasesFirst: true };
  const keyText = (key: SortKey): string | undefined => {
    const { expression } = key;
    if (expression.kind === 'literal') {
      if (expression.type.kind !== 'int') return undefined;
      if (items[Number(expression.value) - 1]) return sortText(String(expression.value), key);
      if (!selected.open)
        report(
          environment,
          'sql.unresolved-column',
          `There is no column ${String(expression.value)} to order by.`,
          expression,
          'Name a column.',
        );
      return undefined;
    }
    const typed = environment.translate({ ...environment, scope }, expression);
    if (isUnknown(typed.type)) return undefined;
    const at = items.findIndex(({ sql }) => sql === typed.sql);
    if (at >= 0) return sortText(String(at + 1), key);
    if (distinct)
      report(
        environment,
        'sql.unresolved-column',
        'ORDER BY of SELECT DISTINCT names what is not selected.',
        expression,
        'Select it too.',
      );
    return typed.literal === undefined ? sortText(typed.sql, key) : undefined;
  };
  const all = tail.orderByAll;
  const keys = all
    ? items.map((_, at) => sortText(String(at + 1), all))
    : tail.orderBy.map(keyText).filter((text) => text !== undefined);
  return keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : '';
}
