import { readDescription, type RunningDescription } from './description-file.ts';
import { isAlive } from './process-alive.ts';
import { stateFolder } from './state-folder.ts';

/**
 * The local Azure that runs on a state folder, whoever started it; undefined where none answers. A description that a killed
 * process left behind is not taken at its word: the process must live and its admin endpoint must answer.
 */
export async function findLocalAzure(folder: string): Promise<RunningDescription | undefined> {
  const description = readDescription(stateFolder(folder).description);
  if (description === undefined || !isAlive(description.pid)) return undefined;
  return (await answers(description.endpoints.admin)) ? description : undefined;
}

async function answers(admin: string): Promise<boolean> {
  try {
    const response = await fetch(`${admin}/health`, { signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    // Connection refused or no answer in time: nothing of ours is there. Anything else is a defect.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
    throw error;
  }
}
