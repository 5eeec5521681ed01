import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { EmulatorError, systemErrorCode } from '../../kit/emulator-error.ts';
import { writeFileAtomic } from '../../kit/atomic-file.ts';
import { decodeDocument, encodeDocument } from './journal-codec.ts';

/** The new state of one document; `null` once it is removed. */
export type JournalRecord = readonly [collection: string, key: string, document: object | null];

/** Documents by key, by collection. */
export type JournalState = Map<string, Map<string, object>>;

const header = '{"format":"medallion-storage-journal","version":1}';

/**
 * An append-only file: one line a unit of work, each a JSON array of records, written before the unit is acknowledged.
 * A line is the atom: after a crash it is there as a whole, or it is the torn last one, which nobody was promised.
 * Writes reach the operating system, which outlives a killed process; they are not forced to the disk one by one.
 */
export class Journal {
  readonly path: string;
  #file: number;
  /** Bytes of complete lines. */
  #length: number;

  private constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'a', 0o600);
    this.#length = fstatSync(this.#file).size;
  }

  /** Rewrites the file with the state alone, so that it does not grow from start to start, and opens it. */
  static create(path: string, state: JournalState): Journal {
    writeFileAtomic(path, render(state));
    return new Journal(path);
  }

  get byteLength(): number {
    return this.#length;
  }

  /** @throws the system's error (a full disk) after cutting off what was written in part, so that the file stays whole. */
  append(records: readonly JournalRecord[]): void {
    const line = Buffer.from(`${encodeDocument(records)}\n`);
    try {
      for (let written = 0; written < line.length;) written += writeSync(this.#file, line, written);
    } catch (error) {
      ftruncateSync(this.#file, this.#length);
      throw error;
    }
    this.#length += line.length;
  }

  compact(state: JournalState): void {
    writeFileAtomic(this.path, render(state));
    closeSync(this.#file);
    this.#file = openSync(this.path, 'a', 0o600);
    this.#length = fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function render(state: JournalState): string {
  const lines = [header];
  for (const [collection, documents] of state) {
    for (const [key, document] of documents) lines.push(encodeDocument([[collection, key, document]]));
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What the journal holds; an empty state where there is no file yet. A last line that was cut off is left out.
 * @throws EmulatorError `emulator.state-corrupt` where a line before the last cannot be read.
 */
export function readJournal(path: string): JournalState {
  const text = readTextIfAny(path);
  const state: JournalState = new Map();
  if (text === undefined) return state;
  const lines = text.split('\n');
  const torn = lines.pop() !== '' ? 'cut off' : undefined;
  lines.forEach((line, index) => {
    const records = parseLine(line);
    if (index === 0) checkHeader(path, line);
    else if (records) apply(state, records);
    else if (index < lines.length - 1 || torn !== undefined) throw corrupt(path, index + 1);
  });
  return state;
}

function readTextIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function checkHeader(path: string, line: string): void {
  if (line !== header) throw corrupt(path, 1);
}

function parseLine(line: string): JournalRecord[] | undefined {
  try {
    const records = decodeDocument(line);
    return Array.isArray(records) && records.every(isRecord) ? records : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  if (!Array.isArray(value)) return false;
  const fields: readonly unknown[] = value;
  return typeof fields[0] === 'string' && typeof fields[1] === 'string' && typeof fields[2] === 'object';
}

function apply(state: JournalState, records: readonly JournalRecord[]): void {
  for (const [collection, key, document] of records) {
    const documents = state.get(collection) ?? new Map<string, object>();
    state.set(collection, documents);
    if (document === null) documents.delete(key);
    else documents.set(key, document);
  }
}

function corrupt(path: string, line: number): EmulatorError {
  return new EmulatorError({
    code: 'emulator.state-corrupt',
    message: `The storage journal ${path} cannot be read at line ${line}.`,
    nextStep: 'Restore the state folder from a copy, or delete it to start with an empty lake.',
  });
}
