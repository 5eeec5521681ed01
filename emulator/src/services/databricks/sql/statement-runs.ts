import { randomUUID } from 'node:crypto';
import type { StatementExecutor, StatementResult } from '../../../kit/executors.ts';
import type { EmulatorLogger } from '../../../kit/service.ts';

type Execution = Parameters<StatementExecutor['runStatement']>[0];

export interface StatementError {
  readonly error_code: string;
  readonly message: string;
}

export type StatementState =
  | { readonly kind: 'PENDING' | 'RUNNING' | 'CANCELED' | 'CLOSED' }
  | { readonly kind: 'SUCCEEDED'; readonly result: StatementResult }
  | { readonly kind: 'FAILED'; readonly error: StatementError };

export interface StatementRun {
  readonly id: string;
  readonly user: string;
  state: StatementState;
  /** Settles when the statement has ended, whichever way. */
  readonly ended: Promise<unknown>;
}

/** Statements of the emulator's present life: the service, too, forgets them, an hour after they have ended. */
export interface StatementRuns {
  submit(statement: Omit<Execution, 'signal'>, user: string): StatementRun;
  find(id: string): StatementRun | undefined;
  cancel(run: StatementRun): void;
  /** Cancels what still runs. */
  close(): Promise<void>;
}

/** Results are kept in memory, and so not for ever. */
const keptMs = 60 * 60 * 1000;

export function createStatementRuns(executor: StatementExecutor | undefined, logger: EmulatorLogger): StatementRuns {
  const runs = new Map<string, { readonly run: StatementRun; readonly abort: AbortController }>();
  const cancel = ({ run, abort }: { readonly run: StatementRun; readonly abort: AbortController }): void => {
    if (!isActive(run)) return;
    run.state = { kind: 'CANCELED' };
    abort.abort();
  };
  return {
    submit(statement, user) {
      const abort = new AbortController();
      const { promise: ended, resolve } = Promise.withResolvers<undefined>();
      const run: StatementRun = { id: randomUUID(), user, state: { kind: 'RUNNING' }, ended };
      runs.set(run.id, { run, abort });
      void execute(executor, { ...statement, signal: abort.signal }, logger).then((state) => {
        // What was cancelled stays so, also where it came to its end meanwhile.
        if (isActive(run)) run.state = state;
        setTimeout(() => runs.delete(run.id), keptMs).unref();
        resolve(undefined);
      });
      return run;
    },
    find: (id) => runs.get(id)?.run,
    cancel(run) {
      const found = runs.get(run.id);
      if (found) cancel(found);
    },
    async close() {
      for (const one of runs.values()) cancel(one);
      await Promise.all([...runs.values()].map(({ run }) => run.ended));
    },
  };
}

const isActive = ({ state }: StatementRun): boolean => state.kind === 'PENDING' || state.kind === 'RUNNING';

async function execute(
  executor: StatementExecutor | undefined,
  execution: Execution,
  logger: EmulatorLogger,
): Promise<StatementState> {
  if (!executor) {
    const message = 'No compute is available: this emulator was started without an executor for statements.';
    return { kind: 'FAILED', error: { error_code: 'TEMPORARILY_UNAVAILABLE', message } };
  }
  try {
    const outcome = await executor.runStatement(execution);
    if (outcome.kind === 'succeeded') return { kind: 'SUCCEEDED', result: outcome };
    return { kind: 'FAILED', error: { error_code: outcome.code, message: outcome.message } };
  } catch (error) {
    if (execution.signal.aborted) return { kind: 'CANCELED' };
    const message = error instanceof Error ? error.message : String(error);
    logger.error(`databricks: a statement failed in its executor: ${message}`);
    return { kind: 'FAILED', error: { error_code: 'INTERNAL_ERROR', message } };
  }
}
