import { BOOLEAN } from '../types/spark-type.ts';
import { callsOfColumns, mayRaise } from './raising.ts';
import { inherited, type Typed } from './typed.ts';

type Operator = 'AND' | 'OR';

/**
 * `a AND b`, `a OR b`: Spark looks at `b` only where `a` does not decide, and DuckDB at both wherever the truth is a value. Where what
 * comes later cannot raise, nobody can tell.
 * @param plain the condition of a join, which DuckDB must see in its parts.
 */
export function connected(operator: Operator, left: Typed, right: Typed, plain: boolean): Pick<Typed, 'sql' | 'parts'> {
  const items = [left, right].flatMap((side) => partsOf(side, operator) ?? [side]);
  const made = (sql: string): Pick<Typed, 'sql' | 'parts'> => ({ sql, parts: { operator, items, sql } });
  const last = items.findLastIndex((item, at) => at > 0 && mayRaise(item));
  if (plain || last < 0 || items.some(({ volatile }) => volatile))
    return made(`(${left.sql} ${operator} ${right.sql})`);
  const decided = items
    .slice(0, last)
    .map((item) => (operator === 'AND' ? `WHEN NOT ${item.sql} THEN false` : `WHEN ${item.sql} THEN true`));
  return made(`(CASE ${decided.join(' ')} ELSE ${joined(operator, items)} END)`);
}

function partsOf({ parts, sql }: Typed, operator: Operator): readonly Typed[] | undefined {
  return parts?.operator === operator && parts.sql === sql ? parts.items : undefined;
}

function joined(operator: Operator, items: readonly Typed[]): string {
  const [first, ...rest] = items;
  return rest.reduce((sql, item) => `(${sql} ${operator} ${item.sql})`, first?.sql ?? 'true');
}

/**
 * The condition of WHERE. Spark takes its parts one after the other, those of one relation before they meet another; DuckDB begins with
 * what is cheap, or what a scan can do, and would not see a row that raises, or see one that is none any more. Where a part may raise,
 * those of its relation after it wait for it, and it for those before it that a scan does not do first.
 */
export function filtered(condition: Typed): string {
  const items = partsOf(condition, 'AND');
  if (!items) return condition.sql;
  const groups = new Map<string, Typed[]>();
  for (const item of items) {
    const relation = relationOf(item);
    if (relation !== undefined) groups.set(relation, [...(groups.get(relation) ?? []), item]);
  }
  const waiting = new Map<Typed, string>();
  const away = new Set<Typed>();
  for (const group of groups.values()) {
    const at = group.findIndex(mayRaise);
    const raising = group[at];
    if (!raising || group.length === 1) continue;
    const chain = group.filter((item, place) => place >= at || !isPlain(item.sql));
    for (const item of chain) away.add(item);
    waiting.set(raising, inTurn(chain));
  }
  if (waiting.size === 0) return joined('AND', items);
  const left = items.flatMap((item) => {
    const sql = waiting.get(item) ?? (away.has(item) ? undefined : item.sql);
    return sql === undefined ? [] : [{ sql, type: BOOLEAN, name: '', ...inherited([item]) }];
  });
  return joined('AND', left);
}

/** What is not true ends a row: what stands there after it is not asked. */
function inTurn(chain: readonly Typed[]): string {
  const [first, ...rest] = chain;
  if (!first) return 'true';
  if (!chain.some(mayRaise)) return joined('AND', chain);
  if (rest.length === 0) return first.sql;
  return `CASE WHEN ${first.sql} THEN ${inTurn(rest)} ELSE false END`;
}

const TEXTS = /'(?:[^']|'')*'/g;
const RELATION = /\b([a-z]+\d+)\."/g;
const COLUMNS = /\w+\."(?:[^"]|"")*"/g;

/** The one relation that a part of a condition is about; a subquery, or what tells rows of two relations apart, stays where it is. */
function relationOf({ sql, volatile, outer }: Typed): string | undefined {
  if (volatile || outer || /\bSELECT\b/.test(sql)) return undefined;
  const found = new Set([...sql.replace(TEXTS, "''").matchAll(RELATION)].map(([, alias]) => alias));
  const [alias, another] = [...found];
  return another === undefined ? alias : undefined;
}

/** A column beside constants, which a scan compares before anything else is asked. */
function isPlain(sql: string): boolean {
  const bare = sql.replace(TEXTS, "''");
  return (
    callsOfColumns(bare, /\b(?!CAST\b|AND\b|OR\b|NOT\b|IN\b)\w+\(/g) === 0 && new Set(bare.match(COLUMNS)).size === 1
  );
}
