import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import type { RunningDescription } from '@medallion/local/description-file.ts';
import { localEnvironment } from '@medallion/local/environment.ts';
import { findLocalAzure } from '@medallion/local/find.ts';

/** The local Azure that runs, with its environment. @throws ExpectedError `emulator.not-running` */
export async function runningLocalAzure(
  state: string,
): Promise<{ readonly description: RunningDescription; readonly environment: AzureEnvironment }> {
  const description = await findLocalAzure(state);
  if (description) return { description, environment: localEnvironment(description) };
  throw new ExpectedError({
    code: 'emulator.not-running',
    message: 'Local Azure does not run for this project.',
    nextStep: 'Start it with: medallion up',
    kind: 'environment',
  });
}
