import { ExpectedError } from '../base/expected-error.ts';
import type { StorageClient } from '../azure/storage.ts';
import type { Snapshot } from '../delta/actions.ts';
import { lakeTableStore } from '../delta/lake-store.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { tableKey, type TableName } from '../lake/names.ts';
import type { ResolvedTable } from '../lake/resolver.ts';

/** A table as a program found it when it first asked for it. */
interface Entry {
  readonly table: ResolvedTable;
  /** Undefined where the program made the table. */
  readonly before: Snapshot | undefined;
  isRead: boolean;
  /** Versions that it asked for by number or time. */
  readonly past: Set<number>;
}

export interface TableRead {
  /** `catalog.schema.table` */
  readonly table: string;
  readonly tableId: string;
  readonly version: number;
}

export interface TableWritten extends TableRead {
  /** Rows and bytes that the table holds after it; undefined rows where its files tell none are 0. */
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** What a program read and wrote, by the tables' versions before and after it. */
export class TableLedger {
  readonly #storage: StorageClient;
  readonly #entries = new Map<string, Entry>();
  #changed: ResolvedTable[] = [];

  constructor(storage: StorageClient) {
    this.#storage = storage;
  }

  /** The program asks for a table; its first question decides which version counts as read. */
  async opened(table: ResolvedTable, toWrite: boolean): Promise<void> {
    if (table.format !== 'DELTA') return;
    const key = tableKey(table.name);
    const known = this.#entries.get(key);
    if (known) known.isRead ||= !toWrite && known.before !== undefined;
    else this.#entries.set(key, { table, before: await this.#snapshot(table), isRead: !toWrite, past: new Set() });
  }

  /** The program reads the table as it once was; which version a time means is what counts as read. */
  async openedAt(table: ResolvedTable, at: { readonly version: number } | { readonly timestamp: Date }): Promise<void> {
    if (table.format !== 'DELTA') return;
    const key = tableKey(table.name);
    const entry = this.#entries.get(key) ?? {
      table,
      before: await this.#snapshot(table),
      isRead: false,
      past: new Set<number>(),
    };
    this.#entries.set(key, entry);
    try {
      entry.past.add((await readSnapshot(lakeTableStore(this.#storage, table.location), at)).version);
    } catch (error) {
      // There is no such version: nothing is read, and Spark says so in its own words.
      if (!(error instanceof ExpectedError) || !missingVersion.has(error.code)) throw error;
    }
  }

  created(table: ResolvedTable): void {
    this.#entries.set(tableKey(table.name), { table, before: undefined, isRead: false, past: new Set() });
  }

  dropped(name: TableName): void {
    this.#entries.delete(tableKey(name));
  }

  /** Reads what the tables hold now. */
  async settle(): Promise<{ readonly reads: readonly TableRead[]; readonly written: readonly TableWritten[] }> {
    const reads: TableRead[] = [];
    const written: TableWritten[] = [];
    for (const { table, before, isRead, past } of this.#entries.values()) {
      const named = { table: tableKey(table.name), tableId: table.tableId };
      const versions = new Set([...(isRead && before ? [before.version] : []), ...past]);
      for (const version of versions) reads.push({ ...named, version });
      const after = await this.#snapshot(table);
      if (after.version === before?.version) continue;
      written.push({ ...named, version: after.version, ...sizeOf(after) });
      if (before && JSON.stringify(before.schema) !== JSON.stringify(after.schema)) this.#changed.push(table);
    }
    return { reads, written };
  }

  /** Tables whose columns are others than before; known after `settle`. */
  changedSchemas(): readonly ResolvedTable[] {
    return this.#changed;
  }

  async #snapshot({ location }: ResolvedTable): Promise<Snapshot> {
    return await readSnapshot(lakeTableStore(this.#storage, location));
  }
}

const missingVersion: ReadonlySet<string> = new Set(['delta.version-not-found', 'delta.timestamp-out-of-range']);

function sizeOf(snapshot: Snapshot): { rows: number; files: number; bytes: number } {
  let [rows, bytes] = [0, 0];
  for (const { stats, size, deletionVector } of snapshot.files) {
    const { numRecords = 0 } = stats === undefined ? {} : (JSON.parse(stats) as { numRecords?: number });
    rows += numRecords - (deletionVector?.cardinality ?? 0);
    bytes += size;
  }
  return { rows, files: snapshot.files.length, bytes };
}
