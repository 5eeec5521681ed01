import {
  DuckDBBlobValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from '@duckdb/node-api';

import { javaDouble, javaFloat } from '@medallion/core/sql/functions/java-numbers.ts';
import { javaYears } from '@medallion/core/sql/types/java-years.ts';
import { calendarText } from '@medallion/core/sql/types/interval-text.ts';

export type BinaryStyle = 'UTF8' | 'BASIC' | 'BASE64' | 'HEX' | 'HEX_DISCRETE';

export interface HiveTextOptions {
  /** Microseconds since 1970 as the session's wall-clock text. */
  readonly instant: (micros: bigint) => string;
  readonly binary: BinaryStyle;
}

/** A value as Spark's `HiveResult.toHiveString` writes it; `type` is its Spark type's text. */
export function hiveText(value: DuckDBValue, type: string, options: HiveTextOptions, nested = false): string {
  if (value === null) return nested ? 'null' : 'NULL';
  if (value instanceof DuckDBListValue) {
    const element = inside(type);
    return `[${value.items.map((item) => hiveText(item, element, options, true)).join(',')}]`;
  }
  if (value instanceof DuckDBMapValue) {
    const [key = '', item = ''] = splitTypes(inside(type));
    const entries = value.entries.map(
      (entry) => `${hiveText(entry.key, key, options, true)}:${hiveText(entry.value, item, options, true)}`,
    );
    return `{${entries.sort().join(',')}}`;
  }
  if (value instanceof DuckDBStructValue) return structText(value, type, options);
  if (typeof value === 'string') return nested && type !== 'variant' ? `"${value}"` : value;
  if (typeof value === 'number' && type === 'double') return javaDouble(value);
  if (typeof value === 'number' && type === 'float') return javaFloat(value);
  if (value instanceof DuckDBTimestampTZValue) return options.instant(value.micros);
  if (value instanceof DuckDBIntervalValue)
    return type === 'interval'
      ? calendarText({ months: BigInt(value.months), days: BigInt(value.days), micros: value.micros })
      : intervalText(value, type);
  if (value instanceof DuckDBBlobValue) return binaryText(value.bytes, options.binary);
  if (type !== 'date' && type !== 'timestamp_ntz' && !type.startsWith('time(')) return value.toString();
  const text = javaYears(value.toString());
  return type === 'date' ? text : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

function structText(value: DuckDBStructValue, type: string, options: HiveTextOptions): string {
  const fields = splitTypes(inside(type)).map(fieldOf);
  const values = Object.values(value.entries);
  // By their names: JavaScript puts a field named 1 before one named a.
  const cells = values.map((cell, at) => {
    const { name, type: of } = fields[at] ?? { name: '', type: '' };
    return `"${name}":${hiveText(name in value.entries ? (value.entries[name] ?? null) : cell, of, options, true)}`;
  });
  return `{${cells.join(',')}}`;
}

function fieldOf(text: string): { name: string; type: string } {
  const [, quoted, plain = '', type = ''] = /^(?:`((?:[^`]|``)*)`|([^:]*)):([\s\S]*)$/.exec(text) ?? [];
  return { name: quoted === undefined ? plain : quoted.replaceAll('``', '`'), type };
}

/** What stands between a type's outermost angle brackets. */
function inside(type: string): string {
  return type.slice(type.indexOf('<') + 1, -1);
}

/** Types between commas of the outermost level. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text.charAt(at);
    if (char === '`') at = text.indexOf('`', at + 1);
    else if (char === '<' || char === '(') depth++;
    else if (char === '>' || char === ')') depth--;
    else if (depth === 0 && (char === ',' || at === text.length)) {
      if (at > from) parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}

/** The microseconds of an interval's last field; a value below it is not shown. */
const LEAST: Readonly<Record<string, bigint>> = { day: 86_400_000_000n, hour: 3_600_000_000n, minute: 60_000_000n };

/** Spark's HIVE style: `1-2` years and months, `1 02:03:04.000000000` days and time. */
function intervalText({ months, days, micros }: DuckDBIntervalValue, type: string): string {
  if (/year|month/.test(type)) {
    const size = type.endsWith(' year') ? Math.abs(months) - (Math.abs(months) % 12) : Math.abs(months);
    return `${months < 0 ? '-' : ''}${Math.floor(size / 12)}-${size % 12}`;
  }
  const all = BigInt(days) * 86_400_000_000n + micros;
  const least = LEAST[type.split(' ').at(-1) ?? ''] ?? 1n;
  const total = (all / least) * least;
  const size = total < 0n ? -total : total;
  const two = (value: bigint): string => String(value).padStart(2, '0');
  const seconds = size / 1_000_000n;
  const time = `${two((seconds / 3600n) % 24n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return `${total < 0n ? '-' : ''}${seconds / 86400n} ${time}.${String(size % 1_000_000n).padStart(6, '0')}000`;
}

function binaryText(bytes: Uint8Array, style: BinaryStyle): string {
  const buffer = Buffer.from(bytes);
  switch (style) {
    case 'UTF8':
      return buffer.toString('utf8');
    case 'BASIC':
      return `[${[...buffer].map((byte) => (byte > 127 ? byte - 256 : byte)).join(', ')}]`;
    case 'BASE64':
      return buffer.toString('base64').replace(/=+$/, '');
    case 'HEX':
      return buffer.toString('hex').toUpperCase();
    case 'HEX_DISCRETE':
      return `[${[...buffer].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')}]`;
  }
}
