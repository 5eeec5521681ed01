import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dbfsFolder } from '../engine/dbfs-files.ts';

export interface SessionFolders extends AsyncDisposable {
  /** For what Spark spills; gone with the session. */
  readonly scratch: string;
  /** The root of DBFS; outlives the session. */
  readonly dbfsRoot: string;
}

export async function sessionFolders(stateFolder: string): Promise<SessionFolders> {
  const [spark, dbfsRoot] = [join(stateFolder, 'spark'), dbfsFolder(stateFolder)];
  for (const folder of [spark, dbfsRoot]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(spark, 'session-'));
  return {
    scratch,
    dbfsRoot,
    [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true, maxRetries: 5 }),
  };
}
