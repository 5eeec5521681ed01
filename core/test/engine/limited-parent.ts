/** Runs scripts on an engine in a process whose limits the engine's child inherits; answers with how each ended. */
import { fileURLToPath } from 'node:url';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { script } from './lake.ts';

export interface LimitedOrders {
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
  readonly scripts: readonly string[];
}

/** `done`, or the code of the expected error. */
export type LimitedOutcome = string;

process.once('message', (orders: LimitedOrders) => {
  void run(orders).then((outcomes) => process.send?.(outcomes, () => process.disconnect()));
});

async function run({ environment, stateFolder, scripts }: LimitedOrders): Promise<LimitedOutcome[]> {
  const childEntry = fileURLToPath(new URL('./plain-child.ts', import.meta.url));
  await using engine = await startEngine({ environment, stateFolder, childEntry });
  const outcomes: LimitedOutcome[] = [];
  for (const text of scripts) {
    outcomes.push(
      await engine.runScript(script(text)).then(
        () => 'done',
        (error: unknown) => (error instanceof ExpectedError ? error.code : String(error)),
      ),
    );
  }
  return outcomes;
}
