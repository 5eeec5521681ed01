import { formatLakePath, type LakePath } from '../lake/names.ts';
import { taskFailed } from './program-end.ts';
import type { SparkSession } from './spark-session.ts';

/** First and last instant of a run, in seconds since 1970. */
export type RunClock = readonly [number, number];

/** How two tables differ; nothing in the lists where they are the same. */
export interface TableDifference {
  readonly leftRows: number;
  readonly rightRows: number;
  /** The columns' names of both sides, where they are others. */
  readonly columns?: readonly [readonly string[], readonly string[]];
  /** `amount: decimal(10,2) and double` */
  readonly types: readonly string[];
  /** Columns of `current_timestamp()`: each side's values lie within its own run, and are not compared. */
  readonly clockColumns: readonly string[];
  /** Text columns whose differing rows hold JSON objects: these are compared as objects, whose members have no order. */
  readonly objectColumns: readonly string[];
  /** The first rows that only one side has, as text. */
  readonly onlyLeft: readonly (readonly (string | null)[])[];
  readonly onlyRight: readonly (readonly (string | null)[])[];
  readonly onlyLeftRows?: number;
  readonly onlyRightRows?: number;
}

/** Compares two Delta tables row by row, duplicates counted, types included; Spark reads both. */
export async function compareTables(
  session: SparkSession,
  left: { readonly location: LakePath; readonly clock: RunClock },
  right: { readonly location: LakePath; readonly clock: RunClock },
  signal?: AbortSignal,
): Promise<TableDifference> {
  const work = {
    kind: 'compare',
    left: formatLakePath(left.location),
    right: formatLakePath(right.location),
    clocks: [left.clock, right.clock],
  };
  const answer = await session.work(work, signal);
  if (answer['failed']) throw taskFailed(answer['failed'] as Readonly<Record<string, unknown>>);
  return answer['differences'] as TableDifference;
}

export function isSame({ columns, types, onlyLeft, onlyRight }: TableDifference): boolean {
  return columns === undefined && types.length + onlyLeft.length + onlyRight.length === 0;
}
