import {
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '../contract.ts';
import { javaYears } from '../../sql/types/java-years.ts';
import type { FormatInstant } from './instant.ts';

type Json = Cell | readonly Json[] | { readonly [key: string]: Json };

/** A DuckDB value as an exact cell, with instants as `instant` shows them; bytes as base64. */
export function cellOf(value: DuckDBValue, instant: FormatInstant): Cell {
  const json = jsonOf(value, instant);
  return typeof json === 'object' && json !== null ? JSON.stringify(json) : json;
}

function jsonOf(value: DuckDBValue, instant: FormatInstant): Json {
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, inner]) => [name, jsonOf(inner, instant)]));
  }
  if (value instanceof DuckDBListValue) return value.items.map((item) => jsonOf(item, instant));
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map(({ key, value: inner }) => [String(cellOf(key, instant)), jsonOf(inner, instant)]),
    );
  }
  if (value instanceof DuckDBTimestampTZValue) return instant(value.micros);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  return scalarOf(value);
}

function scalarOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  // JSON and the message channel to a webview have neither NaN nor infinities.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'bigint') return trimFraction(javaYears(value.toString()));
  const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return isSafe ? Number(value) : String(value);
}

/** DuckDB shows a timestamp's fraction with trailing zeros, Spark without. */
function trimFraction(text: string): string {
  return /^[+-]?\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}
