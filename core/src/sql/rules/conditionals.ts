import { refuseMixed } from '../translate/collations.ts';
import { orderable, sortable } from '../translate/orderable.ts';
import { mismatch, unify } from '../translate/coerce.ts';
import { truth } from '../translate/condition.ts';
import { castSql } from '../translate/cast.ts';
import type { Typed } from '../translate/typed.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { sidesOfTruth, unifyCompared } from './comparisons.ts';
import { BOOLEAN, DOUBLE, FLOAT, holds, INT, isUnknown, shownType, STRING, VOID } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

function coalesce(call: FunctionCall): Translated {
  const { type, items } = unify(call.environment, call.args, call.node.args, 'bytes');
  return { sql: `coalesce(${items.map(({ sql }) => sql).join(', ')})`, type };
}

function ifElse(call: FunctionCall): Translated {
  const [asked] = call.args;
  const [askedAt] = call.node.args;
  const condition = asked && askedAt ? truth(call.environment, asked, askedAt, 'if').sql : 'NULL';
  const { type, items } = unify(call.environment, call.args.slice(1), call.node.args.slice(1), 'bytes');
  const [then, otherwise] = items;
  const [when, ...names] = call.args.map((arg) => arg.name);
  return {
    sql: `CASE WHEN ${condition} THEN ${then?.sql ?? ''} ELSE ${otherwise?.sql ?? ''} END`,
    type,
    name: `(IF(${when ?? ''}, ${names.join(', ')}))`,
  };
}

/** Both arguments as they are compared. */
function compared(call: FunctionCall): string[] {
  const [left, right] = call.args;
  if (!left || !right) throw new Error(`${call.name} has two arguments`);
  const sides = sidesOfTruth(call.environment, [left, right], call.node);
  const { items } = unifyCompared(call.environment, sides, call.node.args);
  return items.map((item) => orderable(call.environment, item, call.name, call.node));
}

/** The call with 0 as its second argument. */
function besideZero(call: FunctionCall, value: Typed): FunctionCall {
  const zero: Typed = { sql: 'CAST(0 AS INTEGER)', type: INT, name: '0', literal: '0' };
  const node = call.node.args[0];
  return { ...call, args: [value, zero], node: { ...call.node, args: node ? [node, node] : [] } };
}

function nullif(call: FunctionCall): Translated {
  const [left] = call.args;
  if (!left || isUnknown(left.type)) return { sql: 'NULL', type: left?.type ?? STRING };
  refuseMixed(call.environment, call.args, call.node);
  return {
    sql: `CASE WHEN ${compared(call).join(' = ')} THEN NULL ELSE ${left.sql} END`,
    type: left.type,
  };
}

/** The greatest or least of what is not NULL. */
function extreme(call: FunctionCall): Translated {
  // Here Spark reads no text as another type.
  const other = call.args.find(({ type: one }) => !holds(one, 'string') && !['void', 'unknown'].includes(one.kind));
  if (other && call.args.some(({ type: one }) => holds(one, 'string')))
    return mismatch(call.environment, other, 'text', argumentSpan(call, call.args.indexOf(other)));
  const { type, items } = unify(call.environment, call.args, call.node.args);
  const sorted = items.map((item) => sortable(call.environment, item, call.name, call.node));
  if (sorted.every((key, at) => key === items[at]?.sql))
    return { sql: `${call.name}(${items.map(({ sql }) => sql).join(', ')})`, type };
  // By the key; of equal ones the first, as Spark keeps it.
  const pairs = items.map((item, at) => `struct_pack(k := ${sorted[at] ?? ''}, v := ${item.sql})`);
  const known = `list_filter([${pairs.join(', ')}], lambda __p: struct_extract(__p, 'k') IS NOT NULL)`;
  const sides = `struct_extract(__q, 'k') ${call.name === 'greatest' ? '>' : '<'} struct_extract(__p, 'k')`;
  const best = `list_reduce(${known}, lambda __p, __q: CASE WHEN ${sides} THEN __q ELSE __p END).v`;
  return { sql: `CASE WHEN len(${known}) > 0 THEN ${best} END`, type };
}

const raised = (message: string): string => `error('[USER_RAISED_EXCEPTION] ' || coalesce(${message}, 'null'))`;

export const CONDITIONAL_FUNCTIONS: FunctionTable = {
  coalesce: custom([1, 64], coalesce),
  nvl: custom([2, 2], coalesce),
  ifnull: custom([2, 2], coalesce),
  nvl2: custom([3, 3], (call) => {
    const { type, items } = unify(call.environment, call.args.slice(1), call.node.args.slice(1), 'bytes');
    return {
      sql: `CASE WHEN ${call.args[0]?.sql ?? ''} IS NOT NULL THEN ${items[0]?.sql ?? ''} ELSE ${items[1]?.sql ?? ''} END`,
      type,
    };
  }),
  if: custom([3, 3], ifElse),
  iff: custom([3, 3], ifElse),
  nullif: custom([2, 2], nullif),
  greatest: custom([2, 64], extreme),
  least: custom([2, 64], extreme),
  isnull: custom([1, 1], (call) => ({
    sql: `(${call.args[0]?.sql ?? ''} IS NULL)`,
    type: BOOLEAN,
    name: `(${call.args[0]?.name ?? ''} IS NULL)`,
  })),
  isnotnull: custom([1, 1], (call) => ({
    sql: `(${call.args[0]?.sql ?? ''} IS NOT NULL)`,
    type: BOOLEAN,
    name: `(${call.args[0]?.name ?? ''} IS NOT NULL)`,
  })),
  isnan: custom([1, 1], (call) => ({
    sql: `coalesce(isnan(${argument(call, 0, 'double').sql}), false)`,
    type: BOOLEAN,
  })),
  typeof: custom([1, 1], (call) => {
    const [arg] = call.args;
    return { sql: quoteText(shownType(arg?.type ?? STRING)), type: STRING };
  }),
  raise_error: custom([1, 1], (call) => {
    const message = argument(call, 0, 'string');
    return {
      sql: raised(message.sql),
      type: VOID,
      name: `raise_error(USER_RAISED_EXCEPTION, map(errorMessage, ${call.args[0]?.name ?? ''}))`,
    };
  }),
  assert_true: custom([1, 2], (call) => {
    const [tested] = call.args;
    const [testedAt] = call.node.args;
    const test = tested && testedAt ? truth(call.environment, tested, testedAt, 'if').sql : 'NULL';
    const told = `'${tested?.name ?? ''}' is not true!`;
    const message = call.args[1] ? argument(call, 1, 'string').sql : quoteText(told);
    return {
      sql: `CASE WHEN NOT coalesce(${test}, false) THEN ${raised(message)} END`,
      type: VOID,
      name: `assert_true(${tested?.name ?? ''}, ${call.args[1]?.name ?? told})`,
    };
  }),
  nanvl: custom([2, 2], (call) => {
    // Of two floats Spark makes no double.
    const floats = call.args[0]?.type.kind === 'float' && ['float', 'void'].includes(call.args[1]?.type.kind ?? '');
    const [a = '', b = ''] = [0, 1].map((at) => (floats ? call.args[at] : argument(call, at, 'double'))?.sql);
    return { sql: `CASE WHEN isnan(${a}) THEN ${b} ELSE ${a} END`, type: floats ? FLOAT : DOUBLE };
  }),
  nullifzero: custom([1, 1], (call) => {
    const [text] = call.args;
    if (text?.type.kind === 'string' && call.environment.profile.ansi) return nullif(besideZero(call, text));
    if (text?.type.kind === 'string')
      return {
        sql: `CASE WHEN ${castSql(text.sql, text.type, INT, 'legacy') ?? 'NULL'} = 0 THEN NULL ELSE ${text.sql} END`,
        type: text.type,
      };
    const value = argument(call, 0, 'number');
    return { sql: `CASE WHEN ${value.sql} = 0 THEN NULL ELSE ${value.sql} END`, type: value.type };
  }),
  zeroifnull: custom([1, 1], (call) => {
    const [value] = call.args;
    if (!value) return { sql: 'NULL', type: INT };
    // Where ANSI is off text and a number are text.
    if (value.type.kind === 'string' && !call.environment.profile.ansi)
      return { sql: `coalesce(${value.sql}, '0')`, type: value.type };
    return coalesce(besideZero(call, value));
  }),
  equal_null: custom([2, 2], (call) => ({
    sql: `(${compared(call).join(' IS NOT DISTINCT FROM ')})`,
    type: BOOLEAN,
  })),
};
