import { createHash } from 'node:crypto';
import { ExpectedError } from '../base/expected-error.ts';
import type { Engine, ScriptResult, TableCheck, TableVersion } from '../engine/contract.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';
import { canonical, type RunnableTask } from './runnable-tasks.ts';

/** One task with everything that decides its result beside its inputs. */
export interface TaskRun {
  readonly runnable: RunnableTask;
  readonly parameters: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
  readonly engineVersion: string;
}

/** SHA-256 in hexadecimal. The same fingerprint on the same inputs gives the same tables. */
export function fingerprint({ runnable, parameters, checks, engineVersion }: TaskRun): string {
  const { sha256, profile } = runnable;
  return createHash('sha256').update(canonical({ sha256, profile, parameters, checks, engineVersion })).digest('hex');
}

/** Runs the task's script. Never rejects for what a user can cause: the record says how it ended. */
export async function runTask(run: TaskRun, engine: Engine, signal: AbortSignal | undefined): Promise<TaskRecord> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const { runnable, parameters, checks } = run;
  const source = { text: runnable.text, file: runnable.file };
  try {
    const result = await engine.runScript({ source, parameters, profile: runnable.profile, checks }, signal);
    return { ...emptyRecord(run, 'succeeded'), ...outcome(result), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const state = error.code === 'engine.cancelled' ? 'cancelled' : 'failed';
    return { ...emptyRecord(run, state), error: errorRecord(error), seconds: seconds() };
  }
}

/** A record of a task that ran no statement. */
export function emptyRecord(run: TaskRun, state: TaskRecord['state'], reason?: string): TaskRecord {
  const { task, kind, file, sha256, profile } = run.runnable;
  return {
    key: task.key,
    kind,
    file,
    sha256,
    fingerprint: fingerprint(run),
    profile: `${profile.ansi ? 'ANSI' : 'not ANSI'}, ${profile.timeZone} (${profile.decidedBy})`,
    state,
    ...(reason === undefined ? {} : { reason }),
    seconds: 0,
    statements: [],
    inputs: { tables: [], files: [], paths: [] },
    outputs: [],
    checks: [],
    warnings: [],
  };
}

function outcome({ statements, warnings }: ScriptResult): Partial<TaskRecord> {
  const outputs = new Map<string, TaskRecord['outputs'][number]>();
  const checks: TaskRecord['checks'] = [];
  for (const { written } of statements) {
    if (!written) continue;
    const { checks: found, ...output } = written;
    outputs.set(written.table, output);
    checks.push(...found.map((check) => ({ table: written.table, ...check })));
  }
  return {
    statements: statements.map(({ line, kind, seconds }) => ({ line, kind, seconds })),
    inputs: {
      tables: unique(externalReads(statements)),
      files: unique(statements.flatMap(({ readFiles }) => [...readFiles])),
      paths: unique(statements.flatMap(({ readPaths }) => readPaths.map(({ path, options }) => ({ path, options })))),
    },
    outputs: [...outputs.values()],
    checks,
    warnings: warnings.map(({ message }) => message),
  };
}

/** What was there before: a version that an earlier statement of the same script wrote is no input of the task. */
function externalReads(statements: ScriptResult['statements']): TableVersion[] {
  const own = new Set<string>();
  return statements.flatMap(({ reads, written }) => {
    const found = reads.filter(({ table, version }) => !own.has(`${table}@${version}`));
    if (written) own.add(`${written.table}@${written.version}`);
    return found.map(({ table, tableId, version }) => ({ table, tableId, version }));
  });
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [canonical(item), item])).values()];
}

export function errorRecord(error: ExpectedError): NonNullable<RunRecord['tasks'][number]['error']> {
  const { code, message, nextStep, range } = error;
  return { code, message, nextStep, ...(range ? { file: range.file, line: range.start.line } : {}) };
}
