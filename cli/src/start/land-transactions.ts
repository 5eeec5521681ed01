import { runPipeline } from '@medallion/core/pipelines/run-pipeline.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { primaryFactory } from '@medallion/core/project/project.ts';
import type { LandRequest } from './land.ts';

/** The folders of the shop's export; the pipeline's default is the first. A shop may export no reference data: they are empty then. */
const folders = ['transactions', 'reference/customers', 'reference/products'] as const;

export interface Landed {
  readonly files: number;
  /** Order lines, counted in what landed. */
  readonly lines: number;
}

/** Runs the factory's own pipeline, the one that is promoted, for each folder of the export. */
export async function landTransactions({ context, loaded, azure }: LandRequest): Promise<Landed> {
  const factory = primaryFactory(loaded.project);
  if (!factory) {
    throw new ExpectedError({
      code: 'pipelines.no-factory',
      message: `There is no Data Factory folder below ${loaded.project.root}.`,
      nextStep: 'Run medallion start in the sample, or add factory/.',
    });
  }
  const storage = createStorageClient(azure.environment);
  let files = 0;
  for (const folder of folders) {
    await storage.createFolder({ container: 'shop-export', path: folder });
    await storage.createFolder({ container: 'landing', path: folder });
    const run = await runPipeline({
      environment: azure.environment,
      factory,
      pipeline: 'land_transactions',
      parameters: { folder },
      // The activities' progress is this step's.
      report: (event) => context.report({ ...event, step: 'land' }),
      signal: context.signal,
    });
    files += run.activities.reduce((sum, { output }) => sum + Number(output['filesWritten'] ?? 0), 0);
  }
  return { files, lines: await landedLines({ context, azure }) };
}

/** Counts what is there, not what was meant to be: lines of the landed files less one header each. Quoted line breaks are no lines. */
async function landedLines({ context, azure }: Pick<LandRequest, 'context' | 'azure'>): Promise<number> {
  const storage = createStorageClient(azure.environment);
  const place = { container: 'landing', path: 'transactions' };
  let lines = 0;
  for await (const file of storage.list(place, { recursive: true, signal: context.signal })) {
    if (file.isDirectory) continue;
    lines += recordsIn(await storage.read({ ...place, path: file.path })) - 1;
  }
  return lines;
}

function recordsIn(bytes: Uint8Array): number {
  let records = 0;
  let quoted = false;
  let open = false;
  for (const byte of bytes) {
    if (byte === 0x22) quoted = !quoted;
    if (byte === 0x0a && !quoted) {
      if (open) records += 1;
      open = false;
    } else if (byte !== 0x0d) open = true;
  }
  return open ? records + 1 : records;
}
