import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLossless, stringifyLossless } from '../azure/lossless.ts';
import { omit } from './omit.ts';
import type { RunRecord } from './run.generated.ts';

/** A run's id: sorts by time, and two runs that start in the same millisecond differ. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
}

/** Writes `<state>/runs/<id>.json` in one visible step. */
export async function writeRunRecord(stateFolder: string, record: RunRecord): Promise<string> {
  const folder = join(stateFolder, 'runs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${record.id}.json`);
  const partial = `${file}.${process.pid}.part`;
  try {
    await writeFile(partial, `${stringifyLossless(record, 2)}\n`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return file;
}

/** A run's file that cannot be understood: named, so that history can show it. */
export interface TornRun {
  readonly file: string;
  readonly reason: string;
}

/** The records, newest first, one by one so that a reader may stop; a torn file is given as such. */
export async function* readRunRecords(stateFolder: string): AsyncIterable<RunRecord | TornRun> {
  const folder = join(stateFolder, 'runs');
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names
    .filter((one) => one.endsWith('.json'))
    .sort()
    .reverse()) {
    yield await readOne(join(folder, name));
  }
}

async function readOne(file: string): Promise<RunRecord | TornRun> {
  try {
    const value = parsed(await readFile(file, 'utf8')) as Partial<RunRecord> | null;
    const isWhole = typeof value?.id === 'string' && typeof value.job === 'string' && Array.isArray(value.tasks);
    if (!isWhole) return { file, reason: 'it is no record of a run' };
    const record = value as RunRecord;
    const isOfToday = record.tasks.every(({ files }) => Array.isArray(files));
    return isOfToday ? asItIs(record) : { file, reason: 'an earlier version of Medallion wrote it' };
  } catch (error) {
    return { file, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Task values may hold integers that a number cannot; the exact parser is slow, and most records need it not. */
function parsed(text: string): unknown {
  return /[[:,]\s*-?\d{16}/.test(text) ? parseLossless(text) : JSON.parse(text);
}

/** A run whose process is gone was killed: nobody could write that down. */
function asItIs(record: RunRecord): RunRecord {
  if (record.state !== 'running' || (record.process !== undefined && isAlive(record.process))) return record;
  return {
    ...omit(record, 'process'),
    state: 'interrupted',
    error: {
      code: 'jobs.interrupted',
      message: `The process of the run (${record.process ?? 'unknown'}) ended before the run did.`,
      nextStep: `Continue it: medallion run ${record.job} --from-failed`,
    },
    tasks: record.tasks.map((task) =>
      task.state === 'running' ? { ...task, state: 'interrupted', reason: 'its process ended' } : task,
    ),
  };
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 asks without sending anything.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
