import { join } from 'node:path';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { sendEvents } from '@medallion/core/streams/send-events.ts';
import {
  geoEvents,
  interactionEvents,
  planDataSet,
  writeDataSet,
  type DataSetOptions,
  type ShopEvent,
} from '@medallion/shopcom/generator/main.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';
import type { CommandContext } from '../command.ts';
import type { Steps } from '../output/steps.ts';
import { flushCapture } from './admin.ts';
import { clearLake } from './clear-lake.ts';
import { beginLanding, endLanding, type LandedDataSet } from './data-set.ts';
import { landTransactions } from './land-transactions.ts';
import { uploadExport } from './upload-export.ts';

export interface LandRequest {
  readonly context: CommandContext;
  readonly loaded: LoadedProject;
  readonly azure: LocalAzure;
  readonly steps: Steps;
  readonly options: DataSetOptions;
  /** The data set's identity. */
  readonly wanted: string;
  /** True: another data set, or a part of one, is taken away first. */
  readonly rebuild: boolean;
}

const number = (value: number): string => value.toLocaleString('en');

/** Makes the shop's sources and brings them into the landing zone, by Data Factory and by Event Hubs with Capture. */
export async function landDataSet(request: LandRequest): Promise<LandedDataSet> {
  const { context, azure, steps, options } = request;
  const storage = createStorageClient(azure.environment);
  const folder = join(context.state, 'sources');
  await beginLanding(context.state, request.wanted);
  if (request.rebuild) {
    await steps.run('clear', 'Clear the landing zone', async () => [undefined, `${await clearLake(storage)} folders`]);
  }
  const { plan, manifest } = await steps.run('generate', "Generate the shop's sources", async () => {
    const planned = await planDataSet(options);
    const written = await writeDataSet(planned, folder, ({ done }) =>
      context.report({ kind: 'advanced', step: 'generate', done, unit: 'records' }),
    );
    const { transactions, interactions, geo } = written.sources;
    const summary = `${number(transactions.generated)} order lines, ${number(interactions.generated)} interactions, ${number(geo.generated)} pings`;
    return [{ plan: planned, manifest: written }, summary];
  });
  await steps.run('export', "Upload the shop's export", async () => {
    const files = await uploadExport(storage, join(folder, 'export'), (done, total) =>
      context.report({ kind: 'advanced', step: 'export', done, total, unit: 'files' }),
    );
    return [files, `${files} files`];
  });
  const copied = await steps.run('land', 'Land transactions with the Data Factory pipeline', async () => {
    const landed = await landTransactions(request);
    return [landed, `${number(landed.files)} files, ${number(landed.lines)} order lines`];
  });
  const sent = await steps.run('send', 'Send interactions and pings through Event Hubs', async () => {
    const total = manifest.sources.interactions.generated + manifest.sources.geo.generated;
    const progress = new Map<string, number>();
    const send = (hub: string, events: Iterable<ShopEvent>) =>
      sendEvents(azure.environment, hub, events, {
        signal: context.signal,
        onSent: (done) => {
          progress.set(hub, done);
          const all = [...progress.values()].reduce((sum, count) => sum + count, 0);
          context.report({ kind: 'advanced', step: 'send', done: all, total, unit: 'events' });
        },
      });
    const { events: interactions } = await send('interactions', interactionEvents(plan));
    const { events: geo } = await send('geo', geoEvents(plan));
    return [{ interactions, geo }, `${number(interactions + geo)} events`];
  });
  const captured = await steps.run('capture', "Close Capture's windows", async () => {
    const counts = await flushCapture(azure.description.endpoints.admin, context.signal);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return [counts, `${number(all)} events in Avro files`];
  });
  const { transactions, interactions, geo } = manifest.sources;
  const landed: LandedDataSet = {
    fingerprint: request.wanted,
    sources: {
      transactions: { generated: transactions.generated, sent: copied.lines, captured: copied.lines },
      interactions: {
        generated: interactions.generated,
        sent: sent.interactions,
        captured: captured.get('interactions') ?? 0,
      },
      geo: { generated: geo.generated, sent: sent.geo, captured: captured.get('geo') ?? 0 },
    },
  };
  await endLanding(context.state, landed);
  return landed;
}
