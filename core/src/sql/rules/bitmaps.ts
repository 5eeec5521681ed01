import { BIGINT, BINARY, isUnknown } from '../types/spark-type.ts';
import { mismatch } from '../translate/coerce.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  scalar,
} from './function-rule.ts';

/** An aggregate of a list; a group without a value gives what an empty list gives. */
function ofList(
  list: 'BIGINT[]' | 'BLOB[]',
  duckdb: string,
  value: (call: FunctionCall) => string | undefined,
): FunctionRule {
  return {
    kind: 'aggregate',
    arity: [1, 1],
    window: 'no',
    translate: (call) => {
      const sql = value(call);
      if (sql === undefined) return undefined;
      const wrap = (values: string): string => `${duckdb}(coalesce(${values}, CAST([] AS ${list})))`;
      return { call: 'list', args: [sql], type: BINARY, wrap };
    },
  };
}

/** The argument, which must be bytes: text is not read as them. */
function bytes(call: FunctionCall): string | undefined {
  const [arg] = call.args;
  if (!arg || isUnknown(arg.type)) return undefined;
  if (arg.type.kind === 'binary') return arg.sql;
  mismatch(call.environment, arg, 'binary', argumentSpan(call, 0));
  return undefined;
}

/** Numbers as places in bitmaps of 32,768 bits: 1 is the first place of the first bitmap. */
export const BITMAP_RULES: FunctionTable = {
  bitmap_bit_position: scalar(
    ['bigint'],
    BIGINT,
    (n) => `CASE WHEN ${n} > 0 THEN (${n} - 1) % 32768 ELSE CAST((-CAST(${n} AS HUGEINT)) % 32768 AS BIGINT) END`,
  ),
  bitmap_bucket_number: scalar(
    ['bigint'],
    BIGINT,
    (n) =>
      `CASE WHEN ${n} > 0 THEN 1 + (${n} - 1) // 32768 ELSE CAST(-((-CAST(${n} AS HUGEINT)) // 32768) AS BIGINT) END`,
  ),
  bitmap_construct_agg: ofList('BIGINT[]', 'spark_bitmap', (call) => argument(call, 0, 'bigint').sql),
  bitmap_or_agg: ofList('BLOB[]', 'spark_bitmap_or', bytes),
  bitmap_and_agg: ofList('BLOB[]', 'spark_bitmap_and', bytes),
  bitmap_count: custom([1, 1], (call) => ({ sql: `spark_bitmap_count(${bytes(call) ?? 'NULL'})`, type: BIGINT })),
};
