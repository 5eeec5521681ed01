import type { StorageClient, StoragePlace } from '../azure/storage.ts';
import { parseLossless, stringifyLossless } from '../azure/lossless.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { sha256 } from './canonical.ts';
import type { Ledger } from './ledger.generated.ts';

export interface StoredLedger {
  readonly ledger: Ledger;
  /** Undefined where it has not been written yet. */
  readonly etag: string | undefined;
}

/** What a promotion remembers between two of its kind. */
export interface LedgerStore {
  /** An empty ledger where there is none. */
  read(): Promise<StoredLedger>;
  /** Resolves to the new ETag. Rejects with `promote.concurrent` where somebody wrote since `etag`. */
  write(ledger: Ledger, etag: string | undefined): Promise<string>;
  /** Keeps content that is about to be overwritten. Resolves to its SHA-256. */
  keep(bytes: Uint8Array): Promise<string>;
  /** Undefined where it was never kept. */
  kept(sha256: string): Promise<Uint8Array | undefined>;
}

const container = 'medallion';

/** One blob per environment and project in the environment's own lake, written only by whoever read it last. */
export function lakeLedger(storage: StorageClient, environment: string, project: string): LedgerStore {
  const folder = `ledger/${encodeURIComponent(environment)}`;
  const place: StoragePlace = { container, path: `${folder}/${encodeURIComponent(project)}.json` };
  const contentPlace = (hash: string): StoragePlace => ({ container, path: `${folder}/content/${hash}` });
  return {
    async read() {
      try {
        const { etag, size } = await storage.properties(place);
        const bytes = await storage.readRange(place, 0, size, { etag });
        return { ledger: parseLedger(new TextDecoder().decode(bytes), place), etag };
      } catch (error) {
        if (!isMissing(error)) throw error;
        return { ledger: { version: 1, environment, project, serial: 0, items: {} }, etag: undefined };
      }
    },
    async write(ledger, etag) {
      const bytes = new TextEncoder().encode(stringifyLossless(ledger, 2));
      try {
        if (etag !== undefined) return await storage.write(place, bytes, { ifMatch: etag });
        await storage.createContainer(container);
        if (!(await storage.putIfAbsent(place, bytes))) throw concurrent(place);
        return (await storage.properties(place)).etag;
      } catch (error) {
        throw isPrecondition(error) ? concurrent(place, error) : error;
      }
    },
    async keep(bytes) {
      const hash = sha256(bytes);
      try {
        await storage.putIfAbsent(contentPlace(hash), bytes);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await storage.createContainer(container);
        await storage.putIfAbsent(contentPlace(hash), bytes);
      }
      return hash;
    },
    async kept(hash) {
      try {
        return await storage.read(contentPlace(hash));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

function parseLedger(text: string, { path }: StoragePlace): Ledger {
  try {
    const ledger = parseLossless(text) as Partial<Ledger> | null;
    if (ledger?.version === 1 && typeof ledger.serial === 'number' && ledger.items) return ledger as Ledger;
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path);
}

function isMissing(error: unknown): boolean {
  return error instanceof ExpectedError && /^storage\.(container-)?not-found$/.test(error.code);
}

function isPrecondition(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'storage.precondition';
}

function damaged(path: string, cause?: unknown): ExpectedError {
  return new ExpectedError({
    code: 'promote.ledger-damaged',
    message: `The ledger ${container}/${path} is no ledger of this version.`,
    nextStep: 'Restore an earlier version of the blob; without it this project would not know what it owns.',
    kind: 'environment',
    cause,
  });
}

function concurrent({ path }: StoragePlace, cause?: unknown): ExpectedError {
  return new ExpectedError({
    code: 'promote.concurrent',
    message: `Somebody else is promoting this project: the ledger ${container}/${path} was written meanwhile.`,
    nextStep: 'Wait until the other promotion has ended, then plan again.',
    cause,
  });
}
