import { refuse, report } from '../translate/environment.ts';
import { withoutOrder } from '../translate/orderable.ts';
import { holds, type SparkType } from '../types/spark-type.ts';
import { argumentSpan, type FunctionCall } from './function-rule.ts';

/** Which arguments a function compares: those that it names, or all. */
const COMPARED: ReadonlyMap<string, readonly number[] | 'all'> = new Map<string, readonly number[] | 'all'>([
  ...[
    'array_contains',
    'array_distinct',
    'array_except',
    'array_intersect',
    'array_max',
    'array_min',
    'array_position',
    'array_remove',
    'array_sort',
    'array_union',
    'arrays_overlap',
    'greatest',
    'least',
    'nullif',
    'sort_array',
  ].map((name) => [name, 'all'] as const),
  ['max_by', [1]],
  ['min_by', [1]],
]);

/** Values by which these look for a key of a map. */
const LOOKUPS: ReadonlySet<string> = new Set(['element_at', 'try_element_at', 'map_contains_key']);

/** What these tell apart is no value that they compare by an order, and DuckDB counts a month as thirty days. */
const TELLS_APART: ReadonlySet<string> = new Set(['collect_set']);

/** Reports what Spark compares by no order: maps, calendar intervals and variants. */
export function checkCompared(call: FunctionCall): void {
  const compared = COMPARED.get(call.name) ?? [];
  for (const [at, { type }] of call.args.entries()) {
    const key = LOOKUPS.has(call.name) && at === 0 && type.kind === 'map' ? type.key : undefined;
    const kind = withoutOrder(key ?? type);
    if (kind && (key || compared === 'all' || compared.includes(at))) noOrder(call, at, type, kind);
  }
  const [only] = call.args;
  if (only && TELLS_APART.has(call.name)) checkToldApart(call, only.type);
  if (only && call.node.distinct && call.name !== 'count' && holds(only.type, 'interval'))
    refuse(call.environment, `${call.name}(DISTINCT ...) of calendar intervals`, call.node);
}

function noOrder(call: FunctionCall, at: number, type: SparkType, kind: string): void {
  report(
    call.environment,
    'sql.type-mismatch',
    `[DATATYPE_MISMATCH.INVALID_ORDERING_TYPE] ${call.name} compares: ${kind === type.kind ? kind : `${kind} in ${type.kind}`} has no order.`,
    argumentSpan(call, at),
    'Compare by another value: its parts, or its text.',
  );
}

function checkToldApart(call: FunctionCall, type: SparkType): void {
  if (holds(type, 'map') || holds(type, 'variant'))
    report(
      call.environment,
      'sql.type-mismatch',
      `[DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE] ${call.name} takes no map and no variant.`,
      argumentSpan(call, 0),
      'Collect their entries.',
    );
  else if (holds(type, 'interval')) refuse(call.environment, `${call.name} of calendar intervals`, call.node);
}
