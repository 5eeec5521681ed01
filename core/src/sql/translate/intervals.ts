import type { ExpressionOf } from '../syntax/nodes.ts';
import { type IntervalKind, intervalName, intervalType, type IntervalType } from '../types/interval.ts';
import { isIntervalRange, readInterval } from '../types/interval-text.ts';
import { INT } from '../types/spark-type.ts';
import { coerce } from './coerce.ts';
import { type Environment, refuse, report } from './environment.ts';
import { inherited, type Typed } from './typed.ts';

interface Unit {
  readonly kind: IntervalKind;
  readonly field: string;
  /** Months or microseconds. */
  readonly size: bigint;
}

const UNITS: Readonly<Record<string, Unit>> = {
  YEAR: { kind: 'interval month', field: 'year', size: 12n },
  MONTH: { kind: 'interval month', field: 'month', size: 1n },
  WEEK: { kind: 'interval day', field: 'day', size: 604_800_000_000n },
  DAY: { kind: 'interval day', field: 'day', size: 86_400_000_000n },
  HOUR: { kind: 'interval day', field: 'hour', size: 3_600_000_000n },
  MINUTE: { kind: 'interval day', field: 'minute', size: 60_000_000n },
  SECOND: { kind: 'interval day', field: 'second', size: 1_000_000n },
  MILLISECOND: { kind: 'interval day', field: 'second', size: 1000n },
  MICROSECOND: { kind: 'interval day', field: 'second', size: 1n },
};

/** An interval of months or microseconds as DuckDB text: whole days apart, as a day is not always 24 hours. */
export function intervalSql(value: bigint, kind: IntervalKind): string {
  if (kind === 'interval month') return `to_months(CAST(${value} AS INTEGER))`;
  const day = 86_400_000_000n;
  return `(to_days(CAST(${value / day} AS INTEGER)) + to_microseconds(${value % day}))`;
}

function constant(value: bigint, type: IntervalType): Typed {
  return { sql: intervalSql(value, type.kind), type, name: intervalName(value, type) };
}

/** `INTERVAL ...`: a constant, or `INTERVAL n UNIT` of a whole number. */
export function interval(environment: Environment, node: ExpressionOf<'interval'>): Typed {
  if (node.to !== undefined) return spanning(environment, node, node.to);
  const parts = node.parts.map(({ value, unit }) => ({ value, unit: UNITS[unit] }));
  const kinds = new Set(parts.map(({ unit }) => unit?.kind));
  const [kind] = kinds;
  if (kinds.size > 1 || !kind)
    return refuse(environment, 'An interval of months and days', node, 'Add them one after the other.');
  const type = intervalType(
    kind,
    parts.map(({ unit }) => unit?.field ?? ''),
  );
  let total = 0n;
  for (const { value, unit } of parts) {
    if (value.kind !== 'literal' || typeof value.value !== 'string' || !unit) return computed(environment, node, type);
    const amount = amountOf(value.value, unit);
    if (amount === undefined)
      return report(
        environment,
        'sql.syntax',
        `'${value.value}' is no count of ${unit.field}s.`,
        node,
        'Correct the number.',
      );
    total += amount;
  }
  return fitting(environment, node, total, type);
}

function fitting(environment: Environment, node: ExpressionOf<'interval'>, total: bigint, type: IntervalType): Typed {
  const bits = type.kind === 'interval month' ? 32 : 64;
  if (BigInt.asIntN(bits, total) === total) return constant(total, type);
  return report(environment, 'sql.syntax', 'This interval is out of range.', node, 'Give a smaller one.');
}

/** Seconds may have a fraction, of which microseconds count. */
function amountOf(text: string, unit: Unit): bigint | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)\s*(\d*)(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  const fits = whole !== '' || fraction !== '';
  if (!fits || (fraction !== '' && unit.size !== 1_000_000n)) return undefined;
  const size = BigInt(whole || '0') * unit.size + BigInt(fraction.slice(0, 6).padEnd(6, '0') || '0');
  return sign === '-' ? -size : size;
}

function spanning(environment: Environment, node: ExpressionOf<'interval'>, to: string): Typed {
  const [part, more] = node.parts;
  const unit = UNITS[part?.unit ?? ''];
  const last = UNITS[to];
  const text = part?.value.kind === 'literal' ? part.value.value : undefined;
  const range = `${unit?.field ?? ''} to ${last?.field ?? ''}`;
  if (more || !unit || !last || !isIntervalRange(range) || typeof text !== 'string')
    return refuse(environment, `INTERVAL ... TO ${to}`, node, 'Write INTERVAL 1 DAY.');
  const value = readInterval(text, range);
  if (value === undefined)
    return report(environment, 'sql.syntax', `'${text}' is no interval ${range}.`, node, 'Correct the text.');
  return fitting(environment, node, value, intervalType(unit.kind, [unit.field, last.field]));
}

/** `INTERVAL n DAY` of an expression. */
function computed(environment: Environment, node: ExpressionOf<'interval'>, type: IntervalType): Typed {
  const [part, more] = node.parts;
  const unit = UNITS[part?.unit ?? ''];
  if (!part || !unit || more) return refuse(environment, 'An interval of several expressions', node);
  const amount = environment.translate(environment, part.value);
  const whole = coerce(environment, amount, INT, part.value).sql;
  const sql =
    unit.kind === 'interval month'
      ? `to_months(${whole} * ${unit.size})`
      : `spark_day_interval(CAST(${whole} AS BIGINT) * ${unit.size})`;
  return { sql, type, name: `INTERVAL '${amount.name}' ${part.unit}`, ...inherited([amount]) };
}
