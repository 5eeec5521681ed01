import { setTimeout as delay } from 'node:timers/promises';
import { ExpectedError } from '../base/expected-error.ts';
import type { BundleTask } from '../project/bundle-job.ts';
import { at, flagAt, textAt, type ConfigMap } from '../project/config-node.ts';
import type { Attempt, TaskError } from './run.generated.ts';
import type { TaskOutcome } from './task-kind.ts';
import { errorRecord } from './task-record.ts';

/** How often and how long a task may try. */
export interface RetryRules {
  /** Infinity for the -1 of the Jobs API. */
  readonly maxRetries: number;
  readonly waitMilliseconds: number;
  readonly retryOnTimeout: boolean;
  /** Undefined: as long as it takes. */
  readonly timeoutSeconds: number | undefined;
}

/** @throws ExpectedError `jobs.invalid-setting` for numbers that are none. */
export function retryRules({ node, key }: Pick<BundleTask, 'node' | 'key'>): RetryRules {
  const number = (name: string): number => wholeNumber(node, name, key);
  const retries = number('max_retries');
  const timeout = number('timeout_seconds');
  return {
    maxRetries: retries < 0 ? Infinity : retries,
    waitMilliseconds: number('min_retry_interval_millis'),
    retryOnTimeout: flagAt(node, 'retry_on_timeout'),
    timeoutSeconds: timeout > 0 ? timeout : undefined,
  };
}

/** 0 where it is not set. @throws ExpectedError `jobs.invalid-setting` */
export function wholeNumber(node: ConfigMap, name: string, owner: string): number {
  const written = textAt(node, name) ?? '0';
  const value = Number(written);
  if (Number.isInteger(value) && value >= -1) return value;
  throw new ExpectedError({
    code: 'jobs.invalid-setting',
    message: `${owner} has ${name} ${written}, which is no whole number.`,
    nextStep: `Write a whole number; leave ${name} out for none.`,
    range: at(node, name)?.range,
  });
}

type Failed = { readonly state: 'failed' | 'timedOut'; readonly error: TaskError; readonly outcome?: TaskOutcome };
type Once = { readonly state: 'succeeded'; readonly outcome: TaskOutcome } | Failed | { readonly state: 'cancelled' };

/** How the last attempt ended, and those before it. */
export type Attempted = Once & { readonly attempts: readonly Attempt[] };

/**
 * Tries until it succeeds, as often as the rules allow. What the local dialect or emulation refuses is not tried again: it would be
 * refused again. Rejects with defects only.
 * @param work one attempt, from 0; its signal fires when the run is cancelled or the attempt's time is over.
 */
export async function attempt(
  rules: RetryRules,
  signal: AbortSignal | undefined,
  work: (attempt: number, signal: AbortSignal) => Promise<TaskOutcome>,
): Promise<Attempted> {
  const attempts: Attempt[] = [];
  for (;;) {
    const started = performance.now();
    const last = await once(rules, signal, (limited) => work(attempts.length, limited));
    const isFinal = last.state === 'succeeded' || last.state === 'cancelled' || !mayRetry(rules, last, attempts.length);
    if (isFinal) return { ...last, attempts };
    attempts.push({ seconds: (performance.now() - started) / 1000, state: last.state, error: last.error });
    if (!(await waited(rules.waitMilliseconds, signal))) return { state: 'cancelled', attempts };
  }
}

async function once(
  { timeoutSeconds }: RetryRules,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<TaskOutcome>,
): Promise<Once> {
  if (signal?.aborted) return { state: 'cancelled' };
  const limit = new AbortController();
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(() => limit.abort(), timeoutSeconds * 1000);
  try {
    const outcome = await work(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
    return outcome.error ? { state: 'failed', error: outcome.error, outcome } : { state: 'succeeded', outcome };
  } catch (error) {
    if (signal?.aborted) return { state: 'cancelled' };
    if (limit.signal.aborted) return { state: 'timedOut', error: timedOut(timeoutSeconds ?? 0) };
    if (!(error instanceof ExpectedError)) throw error;
    return { state: 'failed', error: errorRecord(error) };
  } finally {
    clearTimeout(timer);
  }
}

function mayRetry(rules: RetryRules, last: Failed, done: number): boolean {
  if (done >= rules.maxRetries) return false;
  if (last.state === 'timedOut') return rules.retryOnTimeout;
  return !/^(sql\.|jobs\.(task-not|unknown|reference|invalid))/.test(last.error.code);
}

/** False where the run was cancelled meanwhile. */
async function waited(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, signal ? { signal } : {});
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}

function timedOut(seconds: number): TaskError {
  return {
    code: 'jobs.timed-out',
    message: `The task ran longer than its timeout_seconds of ${seconds}.`,
    nextStep: 'Give it more time, or make it do less.',
  };
}
