import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** One row of bench/RESULTS.md: two ways to the same result, measured side by side in one run. */
export interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: 's' | 'ms' | 'bytes' | 'MB';
  readonly against: string;
  /** The machine's load while ours was measured, where that matters. */
  readonly load?: number;
}

/** What one file measured, and what its rows mean. */
export interface Measured {
  readonly comparisons: readonly Comparison[];
  /** Sentences for RESULTS.md. */
  readonly notes: readonly string[];
}

/** The median of several runs, in milliseconds. */
export async function medianMs(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push((await timed(work)).seconds * 1000);
  return median(times);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

/** Processes that want a core, over the last minute; more than there are cores makes every time longer. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

/** The most memory that a process of this machine has held so far, in MB; undefined where the system does not tell. */
export function peakMegabytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1000);
}

/** Seconds that a process's threads have had on the processor so far; undefined where the system does not tell. */
export function processorSeconds(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  // proc(5): utime and stime, in hundredths of a second, are the 12th and 13th field after the name in brackets.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
  return (Number(fields?.[11]) + Number(fields?.[12])) / 100;
}

export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

export function comparisonRow({ name, ours, theirs, unit, against, load: busy }: Comparison): string {
  const show = (value: number) =>
    unit === 'bytes' || unit === 'MB' ? Math.round(value).toLocaleString('en') : value.toFixed(unit === 's' ? 2 : 1);
  const cells = [
    name,
    `${show(ours)} ${unit}`,
    `${show(theirs)} ${unit} (${against})`,
    (ours / theirs).toFixed(3),
    busy === undefined ? '' : busy.toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}
