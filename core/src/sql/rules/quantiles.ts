import { collatedAs } from '../translate/collations.ts';
import { sortable } from '../translate/orderable.ts';
import { mismatch } from '../translate/coerce.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { isConstant, type Typed } from '../translate/typed.ts';
import type { Call } from '../syntax/nodes.ts';
import { DAY_TO_SECOND } from '../types/interval.ts';
import {
  arrayOf,
  BINARY,
  DOUBLE,
  isNumeric,
  isUnknown,
  type SparkType,
  STRING,
  typeText,
} from '../types/spark-type.ts';
import {
  type Aggregate,
  argument,
  argumentSpan,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
} from './function-rule.ts';
import { asInterval, unitsOf } from './intervals.ts';
import { resolved, sortText } from './windows.ts';

/** Of what percentiles are taken: doubles, or an interval's units. */
function measured(
  call: FunctionCall,
  value: Typed,
  at: number,
): { sql: string; type: SparkType; back: (sql: string) => string } | undefined {
  const interval = asInterval(value.type);
  if (interval) {
    const back = (sql: string): string =>
      interval.kind === 'interval month'
        ? `to_months(CAST(trunc(${sql}) AS INTEGER))`
        : `spark_day_interval(CAST(trunc(${sql}) AS BIGINT))`;
    return {
      sql: `CAST(${unitsOf(value)} AS DOUBLE)`,
      type: interval.kind === 'interval month' ? { kind: interval.kind } : DAY_TO_SECOND,
      back,
    };
  }
  if (isUnknown(value.type)) return undefined;
  if (value.type.kind !== 'string' && !isNumeric(value.type) && value.type.kind !== 'void') {
    refuse(call.environment, `${call.name} of ${value.type.kind}`, argumentSpan(call, at));
    return undefined;
  }
  return { sql: argument({ ...call, args: [value] }, 0, 'double').sql, type: DOUBLE, back: (sql) => sql };
}

/** The sorted values that are not NULL, then what is between them. */
function quantile(
  call: FunctionCall,
  value: Typed,
  share: Typed,
  discrete: boolean,
  descending: boolean,
  name: string,
): Aggregate | undefined {
  const of = measured(call, value, 0);
  if (!of) return undefined;
  const order = descending ? "'DESC'" : "'ASC'";
  const pick = discrete ? 'spark_percentile_disc' : 'spark_percentile';
  const sorted = (list: string): string => `list_sort(list_filter(${list}, lambda __v: __v IS NOT NULL), ${order})`;
  const many = share.type.kind === 'array';
  if (many && asInterval(value.type)) {
    refuse(call.environment, `${call.name} of intervals at several places`, call.node);
    return undefined;
  }
  const wrap = (list: string): string =>
    many
      ? `spark_percentiles(${sorted(list)}, CAST(${share.sql} AS DOUBLE[]))`
      : of.back(`${pick}(${sorted(list)}, CAST(${share.sql} AS DOUBLE))`);
  return { call: 'list', args: [of.sql], type: many ? arrayOf(of.type) : of.type, wrap, name };
}

/** percentile_cont and percentile_disc: `(share) WITHIN GROUP (ORDER BY value [DESC])`. */
function withinGroup(discrete: boolean): FunctionRule {
  return {
    kind: 'aggregate',
    arity: [1, 1],
    window: 'yes',
    translate: (call) => {
      const { environment, node, args } = call;
      const [key, more] = node.withinGroup ?? [];
      const [share] = args;
      if (!key || more || !share) {
        refuse(environment, `${call.name} without WITHIN GROUP (ORDER BY one value)`, node);
        return undefined;
      }
      const value = environment.translate(environment, key.expression);
      const name = `${call.name}(${share.name}) WITHIN GROUP (ORDER BY ${value.name}${key.descending ? ' DESC' : ''})`;
      return quantile(call, value, share, discrete, key.descending, name);
    },
  };
}

function percentile(call: FunctionCall): Aggregate | undefined {
  const [value, share] = call.args;
  if (!value || !share) return undefined;
  return quantile(call, value, share, false, false, `percentile(${value.name}, ${share.name}, 1)`);
}

/** Texts in the order of WITHIN GROUP with a delimiter between them; nothing is NULL. */
function listagg(call: FunctionCall): Aggregate | undefined {
  const { environment, node } = call;
  const [value, delimiter] = call.args;
  if (!value || isUnknown(value.type)) return undefined;
  const bytes = value.type.kind === 'binary';
  const separator = delimiter && delimiter.type.kind !== 'void' ? delimiter : undefined;
  if (separator && !isUnknown(separator.type) && (separator.type.kind === 'binary') !== bytes) {
    mismatch(environment, separator, typeText(value.type), argumentSpan(call, 1));
    return undefined;
  }
  if (separator && !isConstant(separator)) {
    report(environment, 'sql.type-mismatch', 'A delimiter is constant.', argumentSpan(call, 1), 'Write a literal.');
    return undefined;
  }
  const keys = (node.withinGroup ?? []).map((key) => {
    const typed = environment.translate(environment, key.expression);
    const nulls = key.nulls ?? (key.descending ? 'last' : 'first');
    const sql = sortable(environment, typed, 'ORDER BY', key.expression);
    return `${sql} ${key.descending ? 'DESC' : 'ASC'} NULLS ${nulls.toUpperCase()}`;
  });
  if (node.over && (keys.length > 0 || node.distinct) && isOrdered(environment, node.over)) {
    report(
      environment,
      'sql.syntax',
      `${call.name} with an order of its own takes no ordered window.`,
      node,
      'Leave one out.',
    );
    return undefined;
  }
  const text = argument(call, 0, bytes ? 'binary' : 'string').sql;
  if (node.distinct && keys.length > 0 && (keys.length > 1 || !keys[0]?.startsWith(`${text} `))) {
    refuse(environment, 'listagg(DISTINCT ...) in the order of something else', node);
    return undefined;
  }
  const common = {
    ...(keys.length > 0 ? { tail: ` ORDER BY ${keys.join(', ')}` } : {}),
    name: `${keys.length > 0 ? 'listagg' : call.name}(${node.distinct ? 'DISTINCT ' : ''}${value.name}, ${delimiter?.name ?? 'NULL'})${withinName(call)}`,
  };
  if (bytes) {
    const list = (sql: string): string => `list_filter(${sql}, lambda __b: __b IS NOT NULL)`;
    const between = separator ? `coalesce(${separator.sql}, CAST('' AS BLOB)) || ` : '';
    // DuckDB has no aggregate that joins bytes.
    const wrap = (sql: string): string =>
      `list_transform([${list(sql)}], lambda __l: CASE WHEN len(__l) > 0 THEN list_reduce(__l, lambda __a, __b: __a || ${between}__b) END)[1]`;
    return { call: 'list', args: [text], type: BINARY, wrap, ...common };
  }
  const given = separator ? argument(call, 1, 'string').sql : "''";
  const between = typeof separator?.literal === 'string' || !separator ? given : `coalesce(${given}, '')`;
  return {
    call: 'string_agg',
    args: [text, between],
    type: collatedAs(STRING, value.type),
    wrap: (sql) => sql,
    ...common,
  };
}

/** A window with an order, or with a frame. */
function isOrdered(environment: Environment, over: NonNullable<Call['over']>): boolean {
  const { orderBy, frame } = resolved(environment, over);
  return orderBy.length > 0 || frame !== undefined;
}

function withinName({ environment, node }: FunctionCall): string {
  const keys = (node.withinGroup ?? []).map((key) =>
    sortText(environment.translate(environment, key.expression).name, key),
  );
  return keys.length > 0 ? ` WITHIN GROUP (ORDER BY ${keys.join(', ')})` : '';
}

export const QUANTILE_RULES: FunctionTable = {
  percentile: { kind: 'aggregate', arity: [2, 2], window: 'yes', translate: percentile },
  median: {
    kind: 'aggregate',
    arity: [1, 1],
    window: 'yes',
    translate: (call) => {
      const [value] = call.args;
      const half: Typed = { sql: '0.5', type: DOUBLE, name: '0.5' };
      return value && quantile(call, value, half, false, false, `median(${value.name})`);
    },
  },
  percentile_cont: withinGroup(false),
  percentile_disc: withinGroup(true),
  listagg: { kind: 'aggregate', arity: [1, 2], window: 'yes', translate: listagg },
  string_agg: { kind: 'aggregate', arity: [1, 2], window: 'yes', translate: listagg },
};
