import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ShopEvent } from './arrivals.ts';
import { type SourceCounts, countRecord, noCounts } from './faults.ts';
import { type DataSetOptions, GENERATOR_VERSION, fingerprint } from './options.ts';
import { type DataSetPlan, type RealTransactions, geoEvents, interactionEvents, planDataSet } from './plan.ts';
import { emptyReference, writeReference } from './write-reference.ts';
import { type TransactionFiles, writeTransactions } from './write-transactions.ts';

export { fingerprint, geoEvents, interactionEvents, planDataSet };
export type { DataSetOptions, DataSetPlan, ShopEvent, SourceCounts };

export interface GeneratedManifest {
  readonly generatorVersion: number;
  readonly fingerprint: string;
  readonly options: {
    readonly seed: number;
    readonly orders: number;
    readonly events: number;
    readonly transactionsDir?: string;
  };
  readonly sources: {
    /** Of real files only the rows are counted: nothing was put in by design, so `late`, `duplicates` and `malformed` are empty. */
    readonly transactions: TransactionFiles & { readonly origin: 'generated' | 'real' };
    readonly interactions: SourceCounts;
    readonly geo: SourceCounts;
  };
  /** Rows of the reference files; 0 beside real transactions, which come without. */
  readonly reference: { readonly customers: number; readonly products: number };
}

export interface GeneratorProgress {
  readonly step: 'plan' | 'transactions' | 'interactions' | 'geo';
  /** Records so far. */
  readonly done: number;
}

export type OnProgress = (progress: GeneratorProgress) => void;

const PROGRESS_EVERY = 10_000;

/**
 * Writes `export/transactions/*.csv`, `export/reference/**` and, last, `manifest.json` into `outDir`; an export of before is
 * replaced. Events are counted here and told by `interactionEvents` and `geoEvents`. Throws as `planDataSet` does.
 */
export async function generate(
  options: DataSetOptions & { readonly outDir: string; readonly onProgress?: OnProgress | undefined },
): Promise<GeneratedManifest> {
  const { outDir, onProgress = () => undefined, ...dataSet } = options;
  const plan = await planDataSet(dataSet);
  onProgress({ step: 'plan', done: plan.sessions.length });
  return writeDataSet(plan, outDir, onProgress);
}

/** The same for a plan that is there already. */
export async function writeDataSet(
  plan: DataSetPlan,
  outDir: string,
  onProgress: OnProgress = () => undefined,
): Promise<GeneratedManifest> {
  const manifestFile = join(outDir, 'manifest.json');
  // Without a manifest an export is unfinished, so the old one goes before the first file changes.
  await rm(manifestFile, { force: true });
  await rm(join(outDir, 'export'), { recursive: true, force: true });
  const transactions = await writeExport(plan, join(outDir, 'export'), onProgress);
  const { seed, options } = plan;
  const manifest: GeneratedManifest = {
    generatorVersion: GENERATOR_VERSION,
    fingerprint: plan.fingerprint,
    options: {
      seed,
      orders: options.orders,
      events: options.events,
      ...(options.transactionsDir === undefined ? {} : { transactionsDir: options.transactionsDir }),
    },
    sources: {
      transactions,
      interactions: countEvents(interactionEvents(plan), (done) => onProgress({ step: 'interactions', done })),
      geo: countEvents(geoEvents(plan), (done) => onProgress({ step: 'geo', done })),
    },
    reference: referenceRows(plan),
  };
  await writeFile(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function writeExport(plan: DataSetPlan, folder: string, onProgress: OnProgress) {
  const { transactions } = plan;
  const report = (done: number): void => onProgress({ step: 'transactions', done });
  const linesFolder = join(folder, 'transactions');
  switch (transactions.kind) {
    case 'generated': {
      await writeReference(transactions.customers, transactions.products, join(folder, 'reference'));
      const written = await writeTransactions(plan.seed, transactions.orders, linesFolder, report);
      return { origin: 'generated' as const, ...written };
    }
    case 'real':
      await emptyReference(join(folder, 'reference'));
      return copyReal(transactions, linesFolder, report);
  }
}

async function copyReal({ files, rows }: RealTransactions, folder: string, report: (done: number) => void) {
  await mkdir(folder, { recursive: true });
  const counts = noCounts();
  for (const { name, path } of files) {
    await copyFile(path, join(folder, name));
    counts.generated += rows[name] ?? 0;
    report(counts.generated);
  }
  return { origin: 'real' as const, ...counts, files: { ...rows } };
}

function countEvents(events: Iterable<ShopEvent>, report: (done: number) => void): SourceCounts {
  const counts = noCounts();
  for (const { fault } of events) {
    countRecord(counts, fault);
    if (counts.generated % PROGRESS_EVERY === 0) report(counts.generated);
  }
  report(counts.generated);
  return counts;
}

function referenceRows({ transactions }: DataSetPlan): GeneratedManifest['reference'] {
  switch (transactions.kind) {
    case 'generated':
      return { customers: transactions.customers.length, products: transactions.products.length };
    case 'real':
      return { customers: 0, products: 0 };
  }
}
