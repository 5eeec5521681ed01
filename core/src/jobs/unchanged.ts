import { mapConcurrently } from '../base/concurrency.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { StorageClient } from '../azure/storage.ts';
import { lakeTableStore } from '../delta/lake-store.ts';
import { latestVersion, listLog } from '../delta/log.ts';
import { findFiles } from '../engine/find-files.ts';
import type { CachingResolver } from '../lake/resolver.ts';
import type { TaskRecord } from './run.generated.ts';
import { canonical } from './canonical.ts';

/** What the lake is asked to find out whether a task would repeat itself. */
interface LakeState {
  readonly resolver: CachingResolver;
  readonly storage: StorageClient;
  /** The folder that stands for DBFS. */
  readonly dbfs: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * True where the inputs that a task read are what they were and what it wrote is still what the tables hold. With the same
 * fingerprint it would then repeat itself. Reads the catalog, logs and listings; runs nothing.
 */
export async function isUnchanged(lake: LakeState, last: TaskRecord): Promise<boolean> {
  if (!last.repeatable) return false;
  lake.resolver.invalidate();
  // A table that was read in one version and written in the next can never be in both: what adds to it is run again.
  const tables = [...last.outputs, ...last.inputs.tables];
  const same = await mapConcurrently(
    tables,
    8,
    async (before) => canonical(await currentVersion(lake, before.table)) === canonical(identity(before)),
  );
  return same.every(Boolean) && (await sameFiles(lake, last.inputs));
}

/** A table that was dropped and made anew counts its versions from 0 again: the id tells the two apart. */
function identity({ tableId, version }: { readonly tableId: string; readonly version: number }): unknown {
  return { tableId, version };
}

async function currentVersion({ resolver, storage, signal }: LakeState, fullName: string): Promise<unknown> {
  const [catalog = '', schema = '', ...rest] = fullName.split('.');
  try {
    const table = await resolver.relation({ catalog, schema, table: rest.join('.') });
    // A view has no log: what it reads is among the inputs itself, and this tells whether it is still the same view.
    if (table.type === 'VIEW') return identity({ tableId: table.tableId, version: table.updatedAt });
    const log = await listLog(lakeTableStore(storage, table.location), signal);
    return identity({ tableId: table.tableId, version: latestVersion(log) });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function sameFiles(lake: LakeState, inputs: TaskRecord['inputs']): Promise<boolean> {
  const now = new Set<string>();
  try {
    for (const { path, options } of inputs.paths) {
      const files = await findFiles(lake, { path, options: new Map(Object.entries(options)) });
      for (const { url, etag } of files) now.add(`${url}\n${etag}`);
    }
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  const before = new Set(inputs.files.map(({ path, etag }) => `${path}\n${etag}`));
  return now.size === before.size && [...now].every((file) => before.has(file));
}

/** Gone is changed; that the lake cannot be reached is an error. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof ExpectedError)) return false;
  return /^(catalog\..*-not-found|delta\.not-a-table|engine\.path-not-found|storage\.(container-)?not-found)$/.test(
    error.code,
  );
}
