import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../../kit/atomic-file.ts';
import { EmulatorError, systemErrorCode } from '../../kit/emulator-error.ts';
import { parseJson, stringifyJson } from './lossless-json.ts';

/** Records of one kind by key, in the order in which they were first written. */
export interface Collection<T> {
  get(key: string): T | undefined;
  has(key: string): boolean;
  entries(): readonly (readonly [string, T])[];
  values(): readonly T[];
  set(key: string, value: T): void;
  delete(key: string): void;
}

/**
 * A service's state: in memory, and on disk as one line per change. A change is in the file before the call that made it
 * returns, so what was answered survives the end of the process. A line that was cut off belongs to no answered request.
 */
export interface Journal extends Disposable {
  collection<T>(name: string): Collection<T>;
  /** Writes all changes made in `change` as one line: after a crash either all of them hold or none. */
  together<R>(change: () => R): R;
}

/** Collection, key, and the new value; without a value the record was deleted. */
type Change = readonly [collection: string, key: string, value?: unknown];

interface Batch {
  readonly changes: Change[];
  /** Takes the changes back in memory, the latest first. */
  readonly undo: (() => void)[];
}

/** @throws EmulatorError `emulator.state-corrupt` where a whole line of the file is no change. */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { tables, lines } = replay(file);
  if (lines > 2 * count(tables) + 100) rewrite(file, tables);
  const handle = openSync(file, 'a', 0o600);
  let pending: Batch | undefined;

  const record = (change: Change, undo: () => void): void => {
    if (pending) {
      pending.changes.push(change);
      pending.undo.unshift(undo);
      return;
    }
    try {
      append(handle, { changes: [change], undo: [] });
    } catch (error) {
      undo();
      throw error;
    }
  };
  return {
    collection: <T>(name: string) => collectionOf<T>(name, tableOf(tables, name), record),
    together(change) {
      if (pending) return change();
      const batch: Batch = { changes: [], undo: [] };
      pending = batch;
      try {
        const result = change();
        if (batch.changes.length > 0) append(handle, batch);
        return result;
      } catch (error) {
        for (const step of batch.undo) step();
        throw error;
      } finally {
        pending = undefined;
      }
    },
    [Symbol.dispose]: () => closeSync(handle),
  };
}

/** Writes one line; where the disk is full, no part of it stays in the file. */
function append(handle: number, { changes }: Batch): void {
  const { size } = fstatSync(handle);
  try {
    const line = Buffer.from(`${stringifyJson(changes)}\n`);
    for (let written = 0; written < line.length;) written += writeSync(handle, line, written);
  } catch (error) {
    ftruncateSync(handle, size);
    throw error;
  }
}

type Tables = Map<string, Map<string, unknown>>;

function collectionOf<T>(
  name: string,
  table: Map<string, unknown>,
  record: (change: Change, undo: () => void) => void,
): Collection<T> {
  const undoOf = (key: string): (() => void) => {
    const before = table.get(key);
    return before === undefined ? () => void table.delete(key) : () => void table.set(key, before);
  };
  return {
    get: (key) => table.get(key) as T | undefined,
    has: (key) => table.has(key),
    entries: () => [...table] as [string, T][],
    values: () => [...table.values()] as T[],
    set(key, value) {
      const undo = undoOf(key);
      table.set(key, value);
      record([name, key, value], undo);
    },
    delete(key) {
      if (!table.has(key)) return;
      const undo = undoOf(key);
      table.delete(key);
      record([name, key], undo);
    },
  };
}

function tableOf(tables: Tables, name: string): Map<string, unknown> {
  const existing = tables.get(name);
  if (existing) return existing;
  const created = new Map<string, unknown>();
  tables.set(name, created);
  return created;
}

function replay(file: string): { tables: Tables; lines: number } {
  const tables: Tables = new Map();
  const content = readIfThere(file);
  const whole = content.subarray(0, content.lastIndexOf(0x0a) + 1);
  if (whole.length < content.length) truncateSync(file, whole.length);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  lines.forEach((line, index) => {
    for (const [name, key, value] of parseLine(file, line, index + 1)) {
      if (value === undefined) tableOf(tables, name).delete(key);
      else tableOf(tables, name).set(key, value);
    }
  });
  return { tables, lines: lines.length };
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function parseLine(file: string, line: string, number: number): readonly Change[] {
  try {
    return parseJson(line) as readonly Change[];
  } catch (cause) {
    throw new EmulatorError({
      code: 'emulator.state-corrupt',
      message: `Line ${number} of ${file} is damaged, so the state of this service cannot be read.`,
      nextStep: 'Restore the file from a backup, or delete it to start this service empty.',
      cause,
    });
  }
}

const count = (tables: Tables): number => [...tables.values()].reduce((sum, table) => sum + table.size, 0);

/** Replaces the file by one that holds the live records only. */
function rewrite(file: string, tables: Tables): void {
  const changes = [...tables].flatMap(([name, table]) => [...table].map(([key, value]): Change => [name, key, value]));
  writeFileAtomic(file, changes.map((change) => `${stringifyJson([change])}\n`).join(''));
}
