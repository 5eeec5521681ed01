import { readObjects } from '../formats/parquet-footer.ts';
import type { Action } from './actions.ts';
import { corruptLog } from './errors.ts';
import type { Checkpoint } from './log.ts';
import type { TableStore } from './store.ts';

const ACTIONS = ['protocol', 'metaData', 'add', 'remove', 'txn', 'sidecar', 'domainMetadata'] as const;

/** The actions of one commit file, in its order. */
export async function readCommit(store: TableStore, path: string, signal?: AbortSignal): Promise<Action[]> {
  return parseLines(store.location, path, await store.read(path, signal));
}

/** The actions of a checkpoint of any kind, those of a v2 checkpoint's sidecars included. */
export async function readCheckpoint(
  store: TableStore,
  checkpoint: Checkpoint,
  signal?: AbortSignal,
): Promise<Action[]> {
  const actions: Action[] = [];
  for (const { path } of checkpoint.files) {
    for (const action of await readCheckpointFile(store, path, signal)) {
      if (action.sidecar) {
        // A sidecar holds only add and remove actions.
        const inside = `_delta_log/_sidecars/${action.sidecar.path}`;
        actions.push(...(await readCheckpointFile(store, inside, signal)));
      } else actions.push(action);
    }
  }
  return actions;
}

async function readCheckpointFile(store: TableStore, path: string, signal?: AbortSignal): Promise<Action[]> {
  if (path.endsWith('.json')) return parseLines(store.location, path, await store.read(path, signal));
  const rows = await readObjects(await store.open(path, signal), ACTIONS, signal);
  return rows.map(plain) as Action[];
}

function parseLines(location: string, path: string, bytes: Uint8Array): Action[] {
  return parseActions(location, path, new TextDecoder().decode(bytes));
}

/** The actions of a commit's text, one a line. @throws ExpectedError `delta.corrupt-log` */
export function parseActions(location: string, path: string, text: string): Action[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Action];
    } catch (cause) {
      throw corruptLog(location, `${path} line ${index + 1} is no JSON`, cause);
    }
  });
}

/** Parquet rows as the JSON log has them: absent instead of null, numbers instead of int64 (sizes and times are below 2^53). */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, isStringMap(key) ? { ...(inner as object) } : plain(inner)]),
  );
}

/** A map keeps its null values: in partition values null means SQL NULL. */
function isStringMap(key: string): boolean {
  return key === 'partitionValues';
}
