import { get } from 'node:http';
import { readDescription, type RunningDescription } from './description-file.ts';
import { isAlive } from './process-alive.ts';
import { stateFolder } from './state-folder.ts';

const healthTimeoutMs = 3000;

/**
 * The local Azure that runs on a state folder, whoever started it; undefined where none answers. A description that a killed
 * process left behind is not taken at its word: the process must live and its admin endpoint must answer.
 */
export async function findLocalAzure(folder: string): Promise<RunningDescription | undefined> {
  const description = readDescription(stateFolder(folder).description);
  if (description === undefined || !isAlive(description.pid)) return undefined;
  return (await answers(description.endpoints.admin)) ? description : undefined;
}

/** Not by `fetch`, which takes a process 60 ms to load: most commands begin here. */
function answers(admin: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = get(`${admin}/health`, { timeout: healthTimeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => {
      resolve(false);
      request.destroy();
    });
    // Connection refused, reset, or no HTTP at all: nothing of ours is there. Anything else is a defect.
    request.on('error', (error) => ('code' in error ? resolve(false) : reject(error)));
  });
}
