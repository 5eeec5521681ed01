/** Starts an engine, gives it a statement that does not end, tells the child's process id, and waits to be killed. */
import { fileURLToPath } from 'node:url';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { script } from './lake.ts';

interface Orders {
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
}

process.once('message', (orders: Orders) => {
  void run(orders);
});

async function run(orders: Orders): Promise<void> {
  const engine = await startEngine({
    ...orders,
    childEntry: fileURLToPath(new URL('./plain-child.ts', import.meta.url)),
  });
  const endless =
    'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 5 -> n:bigint';
  const running = engine.query({ ...script(endless), maxRows: 1 });
  process.send?.({ childPid: engine.pid });
  await running;
}
