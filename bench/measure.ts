import { availableParallelism, cpus, totalmem } from 'node:os';

/** One row of bench/RESULTS.md: two ways to the same result, measured side by side in one run. */
export interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: 's' | 'ms' | 'bytes';
  readonly against: string;
}

/** The median of several runs, in milliseconds. */
export async function medianMs(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}

export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

export function comparisonRow({ name, ours, theirs, unit, against }: Comparison): string {
  const show = (value: number) =>
    unit === 'bytes' ? Math.round(value).toLocaleString('en') : value.toFixed(unit === 's' ? 2 : 1);
  return `| ${name} | ${show(ours)} ${unit} | ${show(theirs)} ${unit} (${against}) | ${(ours / theirs).toFixed(3)} |`;
}
