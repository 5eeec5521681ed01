import type { SparkType } from '../types/spark-type.ts';
import { notEmulatedHere } from './native-function.ts';

const PARTS = ['DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;
const SIZES = [86_400_000_000n, 3_600_000_000n, 60_000_000n, 1_000_000n] as const;

/** An interval that DuckDB wrote as text in ANSI style: `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
export function intervalText(text: string, type: SparkType): string {
  const found =
    /^(?:(-?\d+) years? ?)?(?:(-?\d+) months? ?)?(?:(-?\d+) days? ?)?(?:(-?)(\d+):(\d\d):(\d\d)(?:\.(\d+))?)?$/.exec(
      text,
    );
  if (!found || (type.kind !== 'interval month' && type.kind !== 'interval day'))
    throw notEmulatedHere(`The interval ${text}`);
  const number = (at: number): bigint => BigInt(found[at] ?? 0);
  if (type.kind === 'interval month') return months(number(1) * 12n + number(2), type.range ?? 'year to month');
  const time =
    (number(5) * 3600n + number(6) * 60n + number(7)) * 1_000_000n +
    BigInt((found[8] ?? '').padEnd(6, '0').slice(0, 6));
  return days(number(3) * SIZES[0] + (found[4] === '-' ? -time : time), type.range ?? 'day to second');
}

function months(total: bigint, range: string): string {
  const size = total < 0n ? -total : total;
  const sign = total < 0n ? '-' : '';
  if (range === 'year') return `INTERVAL '${sign}${size / 12n}' YEAR`;
  if (range === 'month') return `INTERVAL '${sign}${size}' MONTH`;
  return `INTERVAL '${sign}${size / 12n}-${size % 12n}' YEAR TO MONTH`;
}

function days(total: bigint, range: string): string {
  const [from = 'day', to = from] = range.split(' to ');
  const first = PARTS.findIndex((part) => part === from.toUpperCase());
  const last = PARTS.findIndex((part) => part === to.toUpperCase());
  let rest = total < 0n ? -total : total;
  let written = '';
  for (let at = first; at <= last; at++) {
    const size = SIZES[at] ?? 1n;
    const count = rest / size;
    rest -= count * size;
    const digits = at === first && at === 0 ? String(count) : String(count).padStart(2, '0');
    written += `${at === first ? '' : at === 1 ? ' ' : ':'}${digits}`;
  }
  const fraction = last === 3 ? String(rest).padStart(6, '0').replace(/0+$/, '') : '';
  const text = `${total < 0n ? '-' : ''}${written}${fraction === '' ? '' : `.${fraction}`}`;
  return `INTERVAL '${text}' ${from === to ? from.toUpperCase() : range.toUpperCase()}`;
}
