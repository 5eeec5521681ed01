import { mismatch, unify } from '../translate/coerce.ts';
import { BIGINT, INT, isIntegral, isUnknown, type SparkType } from '../types/spark-type.ts';
import {
  type Aggregate,
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

/** Shifts of 32 or 64 bits, by the distance's lowest five or six bits, as Java's. */
export function shift(call: FunctionCall, operator: '<<' | '>>' | '>>>', name: string): Translated {
  const [value] = call.args;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: INT, name };
  const long = value.type.kind === 'bigint';
  const shifted = argument(call, 0, long ? 'bigint' : 'int');
  const type: SparkType = long ? BIGINT : INT;
  const macros = { '<<': 'spark_shift_left', '>>': 'spark_shift_right', '>>>': 'spark_shift_right_unsigned' };
  const bits = long ? 64 : 32;
  const sql = `${macros[operator]}(CAST(${shifted.sql} AS BIGINT), ${argument(call, 1, 'int').sql}, ${bits})`;
  return { sql: `CAST(${sql} AS ${long ? 'BIGINT' : 'INTEGER'})`, type, name };
}

function shifting(operator: '<<' | '>>' | '>>>'): FunctionRule {
  return custom([2, 2], (call) =>
    shift(call, operator, `${call.name}(${call.args.map(({ name }) => name).join(', ')})`),
  );
}

function bitAggregate(duckdb: string): FunctionRule {
  return {
    kind: 'aggregate',
    arity: [1, 1],
    window: 'yes',
    translate: (call): Aggregate | undefined => {
      const [arg] = call.args;
      if (!arg || isUnknown(arg.type)) return undefined;
      if (!isIntegral(arg.type)) {
        mismatch(call.environment, arg, 'an integer', argumentSpan(call, 0));
        return undefined;
      }
      return { call: duckdb, args: [arg.sql], type: arg.type, wrap: (sql) => sql };
    },
  };
}

function bitCount(call: FunctionCall): Translated {
  const [arg] = call.args;
  if (arg?.type.kind === 'boolean') return { sql: `CAST(${arg.sql} AS INTEGER)`, type: INT };
  if (arg && !isIntegral(arg.type) && arg.type.kind !== 'void' && !isUnknown(arg.type))
    return mismatch(call.environment, arg, 'an integer', argumentSpan(call, 0));
  // A narrow negative number counts the bits of its 64.
  return { sql: `CAST(bit_count(${argument(call, 0, 'bigint').sql}) AS INTEGER)`, type: INT };
}

function bitGet(call: FunctionCall): Translated {
  const { type, items } = unify(call.environment, call.args.slice(0, 1), call.node.args.slice(0, 1));
  if (!isIntegral(type) && !isUnknown(type))
    return mismatch(call.environment, call.args[0] ?? { sql: '', type, name: '' }, 'an integer', call.node);
  const bits = { tinyint: 8, smallint: 16, int: 32, bigint: 64 }[type.kind as 'int'];
  return {
    sql: `spark_bit_get(CAST(${items[0]?.sql ?? 'NULL'} AS BIGINT), ${argument(call, 1, 'int').sql}, ${bits})`,
    type: { kind: 'tinyint' },
  };
}

export const BIT_RULES: FunctionTable = {
  shiftleft: shifting('<<'),
  shiftright: shifting('>>'),
  shiftrightunsigned: shifting('>>>'),
  bit_and: bitAggregate('bit_and'),
  bit_or: bitAggregate('bit_or'),
  bit_xor: bitAggregate('bit_xor'),
  bit_count: custom([1, 1], bitCount),
  bit_get: custom([2, 2], bitGet),
  getbit: custom([2, 2], bitGet),
};
