import { coerce } from '../translate/coerce.ts';
import { refuse, report } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { DOUBLE, holds, INT, isCollated, isUnknown, type SparkType } from '../types/spark-type.ts';
import {
  type Aggregate,
  argument,
  argumentSpan,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
} from './function-rule.ts';
import { resolved } from './windows.ts';

function ranking(type: SparkType): FunctionRule {
  const cast = (sql: string): string => (type.kind === 'int' ? `CAST(${sql} AS INTEGER)` : sql);
  return {
    kind: 'aggregate',
    arity: [0, 0],
    window: 'only',
    translate: (call) => ({
      call: call.name,
      args: [],
      type,
      wrap: cast,
    }),
  };
}

/** So many buckets, of which the number is an INT that is one for all rows. */
const ntile: FunctionRule = {
  kind: 'aggregate',
  arity: [1, 1],
  window: 'only',
  translate: (call) => {
    const [count] = call.args;
    const varies = count?.local === true || count?.outer === true || count?.aggregate === true;
    if (varies || (count && !isUnknown(count.type) && count.type.kind !== 'int'))
      report(
        call.environment,
        'sql.type-mismatch',
        '[DATATYPE_MISMATCH] ntile takes a constant number of buckets, an INT.',
        argumentSpan(call, 0),
        'Write a number.',
      );
    return {
      call: 'ntile',
      args: [argument(call, 0, 'narrow int').sql],
      type: INT,
      wrap: (sql) => `CAST(${sql} AS INTEGER)`,
    };
  },
};

/** lag and lead: offset 1 and NULL where they are left out. */
function neighbour(call: FunctionCall): Aggregate | undefined {
  const [value] = call.args;
  if (!value || isUnknown(value.type)) return undefined;
  const [, distance] = call.args;
  if (
    distance?.local === true ||
    distance?.outer === true ||
    distance?.literal === null ||
    // Spark casts nothing here.
    (distance && distance.type.kind !== 'int' && !isUnknown(distance.type))
  ) {
    const message = `${call.name} looks a constant number of rows away, an INT.`;
    report(call.environment, 'sql.type-mismatch', message, argumentSpan(call, 1), 'Write a number.');
    return undefined;
  }
  const offset = distance ? argument(call, 1, 'narrow int') : { sql: '1', name: '1' };
  const fallback = call.args[2]
    ? coerce(call.environment, call.args[2], value.type, argumentSpan(call, 2))
    : { sql: 'NULL', name: 'NULL' };
  const name = `${call.name}(${value.name}, ${offset.name}, ${fallback.name})`;
  return {
    call: call.name,
    args: [value.sql, offset.sql, fallback.sql],
    type: value.type,
    wrap: (sql) => sql,
    name,
    tail: call.node.ignoreNulls ? ' IGNORE NULLS' : '',
  };
}

/** first and last of an ordered window; without an order the answer must be the same whichever row comes first. */
function edge(duckdb: string): FunctionRule {
  return {
    kind: 'aggregate',
    arity: [1, 2],
    window: 'yes',
    translate: (call) => {
      const [value, ignore] = call.args;
      if (!value || isUnknown(value.type)) return undefined;
      if (ignore && typeof ignore.literal !== 'boolean') {
        refuse(call.environment, `${call.name} with a second argument that is no literal of BOOLEAN`, call.node);
        return undefined;
      }
      const ignoring = call.node.ignoreNulls || ignore?.literal === true;
      const { base, orderBy } = call.node.over ?? { base: undefined, orderBy: [] };
      const named = base === undefined ? undefined : call.environment.scope.windows.get(base.toLowerCase());
      if (orderBy.length === 0 && (!named || resolved(call.environment, named).orderBy.length === 0))
        return onlyValue(call, value, ignoring);
      return {
        call: duckdb,
        args: [value.sql],
        type: value.type,
        wrap: (sql) => sql,
        name: `${edgeName(call)}(${value.name})`,
        tail: ignoring ? ' IGNORE NULLS' : '',
      };
    },
  };
}

/** The value that all rows have: of several ones Spark gives any. */
function onlyValue(call: FunctionCall, value: Typed, ignoring: boolean): Aggregate | undefined {
  if (holds(value.type, 'variant') || holds(value.type, 'interval') || isCollated(value.type)) {
    refuse(
      call.environment,
      `${call.name} of ${value.type.kind} without an ordered window (its answer is random)`,
      call.node,
      'Use min_by or max_by, or OVER (... ORDER BY ...).',
    );
    return undefined;
  }
  const shown = value.type.kind === 'void' ? 'CAST(NULL AS INTEGER)' : value.sql;
  // Each value with its text: a zero and a minus zero are equal, and two values.
  const pair = `struct_pack(v := ${shown}, t := CAST(${shown} AS VARCHAR))`;
  return {
    call: 'list',
    args: [`${call.node.distinct ? '' : 'DISTINCT '}${pair}`],
    type: value.type,
    wrap: (values) => `spark_only_value(${values}, ${ignoring}, '${call.name}')`,
    name: `${edgeName(call)}(${value.name})`,
  };
}

/** `first_value(x) IGNORE NULLS` has the name of the function that it is another name of. */
function edgeName({ name, node }: FunctionCall): string {
  return node.ignoreNulls ? name.replace(/^(first|last)_value$/, '$1') : name;
}

/** The n-th row of the frame, counted over what is not NULL where it says so. */
const nthValue: FunctionRule = {
  kind: 'aggregate',
  arity: [2, 2],
  window: 'only',
  translate: (call) => {
    const [value, place] = call.args;
    if (!value || isUnknown(value.type)) return undefined;
    if (typeof place?.literal !== 'string' || Number(place.literal) < 1) {
      refuse(call.environment, 'nth_value of a place that is no literal from 1', argumentSpan(call, 1));
      return undefined;
    }
    const tail = call.node.ignoreNulls ? ' IGNORE NULLS' : '';
    return {
      call: 'nth_value',
      args: [value.sql, argument(call, 1, 'narrow int').sql],
      type: value.type,
      wrap: (sql) => sql,
      tail,
      name: `nth_value(${value.name}, ${place.name})${call.node.ignoreNulls ? ' ignore nulls' : ''}`,
    };
  },
};

export const WINDOW_FUNCTIONS: FunctionTable = {
  nth_value: nthValue,
  any_value: edge('first_value'),
  row_number: ranking(INT),
  rank: ranking(INT),
  dense_rank: ranking(INT),
  ntile,
  percent_rank: ranking(DOUBLE),
  cume_dist: ranking(DOUBLE),
  lag: { kind: 'aggregate', arity: [1, 3], window: 'only', translate: neighbour },
  lead: { kind: 'aggregate', arity: [1, 3], window: 'only', translate: neighbour },
  first: edge('first_value'),
  first_value: edge('first_value'),
  last: edge('last_value'),
  last_value: edge('last_value'),
};
