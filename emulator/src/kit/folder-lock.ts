import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmulatorError, systemErrorCode } from './emulator-error.ts';
import { processStart } from './process-start.ts';

interface Holder {
  readonly pid: number;
  readonly start: string;
}

/** More rounds than this only happen when many processes fight for one folder: the caller then hears that it is in use. */
const attempts = 5;

/**
 * Takes a folder for this process, so that two emulators never share one state. The lock of a process that no longer runs
 * (or whose id now belongs to another one) is taken over.
 * @throws EmulatorError `emulator.folder-in-use` naming the process that holds it.
 */
export async function lockFolder(folder: string): Promise<Disposable> {
  const file = join(folder, 'emulator.lock');
  const own = JSON.stringify({ pid: process.pid, start: (await processStart(process.pid)) ?? 'running' });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (createLock(file, own)) return { [Symbol.dispose]: () => releaseLock(file, own) };
    const found = readLock(file);
    const holder = parseHolder(found);
    if (holder !== undefined && (await isAlive(holder))) throw folderInUse(folder, holder);
    if (found !== undefined) removeStale(file, found);
  }
  throw folderInUse(folder, parseHolder(readLock(file)));
}

/** Linking a complete file is the one step that creates the lock, so that nobody ever reads half of it. */
function createLock(file: string, content: string): boolean {
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(content: string | undefined): Holder | undefined {
  const match = /^\{"pid":(\d+),"start":"([^"]*)"\}$/.exec(content ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : { pid: Number(match[1]), start: match[2] };
}

async function isAlive(holder: Holder): Promise<boolean> {
  return (await processStart(holder.pid)) === holder.start;
}

/** Moves the stale lock aside; if another starter was faster and its fresh lock was moved instead, that one is put back. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (readLock(aside) !== stale) createLock(file, readLock(aside) ?? '');
  rmSync(aside, { force: true });
}

function releaseLock(file: string, own: string): void {
  if (readLock(file) === own) rmSync(file, { force: true });
}

function folderInUse(folder: string, holder: Holder | undefined): EmulatorError {
  const who = holder ? `the emulator with process id ${holder.pid}` : 'another emulator';
  return new EmulatorError({
    code: 'emulator.folder-in-use',
    message: `The state folder ${folder} is in use by ${who}.`,
    nextStep: 'Use that running emulator, stop it first, or choose another state folder.',
  });
}
