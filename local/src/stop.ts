import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { removeDescription } from './description-file.ts';
import { findLocalAzure } from './find.ts';
import { waitUntilGone } from './process-alive.ts';
import { stateFolder } from './state-folder.ts';

const limitMs = 15_000;

/**
 * Stops the local Azure of a state folder, whoever started it. False where none runs; a killed one's traces are cleared then.
 * @throws ExpectedError `emulator.does-not-stop`
 */
export async function stopLocalAzure(folder: string): Promise<boolean> {
  const found = await findLocalAzure(folder);
  if (!found) {
    removeDescription(stateFolder(folder).description);
    return false;
  }
  process.kill(found.pid, 'SIGTERM');
  if (await waitUntilGone(found.pid, limitMs)) return true;
  throw new ExpectedError({
    code: 'emulator.does-not-stop',
    message: `Local Azure (pid ${found.pid}) did not end within ${limitMs / 1000} s.`,
    nextStep: `End process ${found.pid} yourself; what it had acknowledged is on disk.`,
    kind: 'environment',
  });
}
