import { LosslessNumber, stringify } from 'lossless-json';
import type { PartitionValues } from './actions.ts';
import { serializePartitionValue } from './partition-values.ts';
import type { LeafColumn } from './indexed-columns.ts';
import type { DeltaStruct, DeltaType } from './schema.ts';

/** A row of DuckDB's `COPY ... TO ... (FORMAT parquet, RETURN_STATS)` as `getRowObjectsJson` gives it; maps are lists of pairs. */
export interface CopiedFile {
  readonly filename: string;
  readonly count: string;
  readonly file_size_bytes: string;
  readonly column_statistics: readonly Pair<readonly Pair<string>[]>[];
  readonly partition_keys: readonly Pair<string | null>[] | null;
}

interface Pair<V> {
  readonly key: string;
  readonly value: V;
}

/** A data file that lies in the table's folder already and that a commit makes part of the table. */
export interface NewDataFile {
  /** Relative to the table's folder, not encoded. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly rows: number;
  readonly partitionValues: PartitionValues;
  /** The JSON text of `add.stats`. */
  readonly stats: string;
}

/** As Databricks: strings are cut to 32 characters. */
const STRING_PREFIX = 32;

/**
 * @param path where the file lies or will lie, relative to the table's folder.
 * @param schema the columns as the file names them.
 * @param indexed of which statistics are kept.
 */
export function dataFileFromCopy(
  copied: CopiedFile,
  path: string,
  schema: DeltaStruct,
  indexed: readonly LeafColumn[],
): NewDataFile {
  const partitions = (copied.partition_keys ?? []).map(({ key, value }): [string, string | null] => {
    const column = schema.fields.find((field) => field.name === key);
    return [key, column ? serializePartitionValue(column, value) : value];
  });
  return {
    path,
    size: Number(copied.file_size_bytes),
    rows: Number(copied.count),
    partitionValues: Object.fromEntries(partitions),
    stats: statistics(copied, indexed),
  };
}

type Tree = { [name: string]: unknown };

/** `{numRecords, minValues, maxValues, nullCount}` (Delta protocol, "Per-file Statistics"). */
function statistics(copied: CopiedFile, indexed: readonly LeafColumn[]): string {
  const byColumn = new Map(
    copied.column_statistics.map(({ key, value }) => [key, new Map(value.map((p) => [p.key, p.value]))]),
  );
  const trees = { minValues: {} as Tree, maxValues: {} as Tree, nullCount: {} as Tree };
  for (const { names, type } of indexed) {
    const found = byColumn.get(names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'));
    if (!found) continue;
    const nullCount = found.get('null_count');
    if (nullCount !== undefined) set(trees.nullCount, names, Number(nullCount));
    // NaN sorts above all numbers in Spark and is left out of DuckDB's bounds: without bounds no reader skips wrongly.
    if (found.get('has_nan') === 'true') continue;
    const min = bound(type, found.get('min'), 'min');
    const max = bound(type, found.get('max'), 'max');
    if (min !== undefined) set(trees.minValues, names, min);
    if (max !== undefined) set(trees.maxValues, names, max);
  }
  return stringify({ numRecords: Number(copied.count), ...trees }) ?? '';
}

function set(tree: Tree, names: readonly string[], value: unknown): void {
  const [first, ...rest] = names;
  if (first === undefined) return;
  if (rest.length === 0) tree[first] = value;
  else set((tree[first] ??= {}) as Tree, rest, value);
}

/** A bound as Delta writes it, from DuckDB's text; undefined where a type has none or the text is not exact enough. */
function bound(type: DeltaType, text: string | undefined, side: 'min' | 'max'): unknown {
  if (text === undefined || typeof type !== 'string') return undefined;
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return new LosslessNumber(text);
    case 'float':
    case 'double':
      return Number.isFinite(Number(text)) ? new LosslessNumber(text) : undefined;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
    case 'timestamp':
      return timestampBound(text.replace(/\+00(:00)?$/, ''), side, 'Z');
    case 'timestamp_ntz':
      return timestampBound(text, side, '');
    case 'string':
      return side === 'min' ? text.slice(0, STRING_PREFIX) : stringMaximum(text);
    default:
      return type.startsWith('decimal') ? new LosslessNumber(text) : undefined;
  }
}

/** Delta keeps milliseconds: the lower bound is cut, the upper one rounded up, so that no row falls outside. */
function timestampBound(text: string, side: 'min' | 'max', zone: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const micros = (match[3] ?? '').padEnd(6, '0');
  const time = Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}.${micros.slice(0, 3)}Z`);
  const up = side === 'max' && Number(micros.slice(3)) > 0 ? 1 : 0;
  return `${new Date(time + up).toISOString().slice(0, -1)}${zone}`;
}

/** A prefix sorts before the whole, so a cut upper bound gets a last character that sorts after all others. */
function stringMaximum(text: string): string {
  return text.length <= STRING_PREFIX ? text : `${text.slice(0, STRING_PREFIX)}\u{10FFFF}`;
}
