import { hostname } from 'node:os';
import type { JournalEntry, Ledger } from './ledger.generated.ts';
import type { LedgerStore } from './ledger.ts';

export type NewEntry = Omit<JournalEntry, 'state'>;

/** What a promotion writes down in the ledger before each call that changes something. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Resolves when the entry is stored, so that the call may be made. The end of the entry before it is stored with it. */
  begin(entry: NewEntry): Promise<void>;
  /** The call of the last entry was answered. @param id the new object's */
  done(id?: string): void;
  /** Takes back an entry, and stores that. */
  undone(index: number): Promise<void>;
  /**
   * Ends the promotion: the ledger with these items and no journal.
   * @param unvalidated jobs without evidence; those of the ledger stay where nothing is said
   */
  close(items: Ledger['items'], unvalidated?: Ledger['unvalidated']): Promise<Ledger>;
}

export function thisOwner(): string {
  return `${hostname()}/${process.pid}`;
}

/** @param open an interrupted promotion's journal is gone on with; otherwise a new one begins with its first entry. */
export function openJournal(store: LedgerStore, ledger: Ledger, etag: string | undefined, plan: string): Journal {
  const entries: JournalEntry[] = [...(ledger.journal?.entries ?? [])];
  let current = etag;
  const write = async (): Promise<void> => {
    const journal = { plan, owner: thisOwner(), renewedAt: new Date().toISOString(), entries };
    current = await store.write({ ...ledger, journal }, current);
  };
  return {
    entries,
    async begin(entry) {
      entries.push({ ...entry, state: 'begun' });
      await write();
    },
    done(id) {
      const last = entries.pop();
      if (last) entries.push({ ...last, state: 'done', ...(id === undefined ? {} : { id }) });
    },
    async undone(index) {
      const entry = entries[index];
      if (!entry) return;
      entries[index] = { ...entry, state: 'undone' };
      await write();
    },
    async close(items, unvalidated = ledger.unvalidated) {
      const { version, environment, project, serial } = ledger;
      const kept = unvalidated === undefined ? {} : { unvalidated };
      const closed: Ledger = { version, environment, project, serial: serial + 1, items, ...kept };
      current = await store.write(closed, current);
      return closed;
    },
  };
}
