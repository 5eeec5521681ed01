import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../base/expected-error.ts';
import type { ActivityContext, ActivityKind, ActivityRun } from './activity.ts';
import { policyOf, type ActivityPolicy } from './activity-policy.ts';
import type { Value } from './expressions/value.ts';
import { textOf, type Properties } from './factory-objects.ts';

export interface RunActivityOptions {
  readonly kind: ActivityKind;
  readonly definition: Properties;
  readonly context: Omit<ActivityContext, 'activity'>;
  /** Told of every attempt when it has ended. */
  readonly ended: (run: ActivityRun) => void;
  /** Waits between two attempts. Default: a timer that the signal ends. */
  readonly pause?: ((seconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

export interface EndedActivity {
  /** As other activities see it, also where monitoring does not show it. */
  readonly output: Readonly<Record<string, Value>>;
  readonly run: ActivityRun;
}

/** What the next attempt would find again, word for word. */
const lasting: readonly string[] = [
  'pipelines.not-emulated',
  'pipelines.expression',
  'pipelines.parameter',
  'pipelines.missing-object',
  'pipelines.variable',
  'pipelines.program-not-found',
];

/** Runs an activity under its policy. Rejects with what its last attempt rejected with, or `pipelines.activity-timeout`. */
export async function runActivity(options: RunActivityOptions): Promise<EndedActivity> {
  const { definition, context, ended, pause = wait } = options;
  const policy = policyOf(definition, context.scope);
  for (let attempt = 0; ; attempt += 1) {
    const started = new Date();
    const end = (rest: Pick<ActivityRun, 'status' | 'output' | 'error'>): ActivityRun => {
      const run = {
        ...identity(definition),
        ...timesSince(started),
        ...(attempt > 0 ? { retryAttempt: attempt } : {}),
        ...rest,
      };
      ended(run);
      return run;
    };
    try {
      const output = await attemptOnce(options, policy);
      return { output, run: end({ status: 'Succeeded', output: policy.secureOutput ? {} : output }) };
    } catch (error) {
      const isCancelled = context.signal?.aborted === true;
      end({ status: isCancelled ? 'Cancelled' : 'Failed', output: {}, ...failure(error) });
      if (isCancelled || attempt >= policy.retries || isLasting(error)) throw error;
    }
    await pause(policy.retryIntervalSeconds, context.signal);
  }
}

async function attemptOnce(
  { kind, definition, context }: RunActivityOptions,
  { timeoutSeconds }: ActivityPolicy,
): Promise<EndedActivity['output']> {
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = context.signal ? AbortSignal.any([context.signal, late]) : late;
  const activity = identity(definition).activityName;
  try {
    return await kind.run(definition, { ...context, activity, signal });
  } catch (error) {
    if (!late.aborted || context.signal?.aborted === true) throw error;
    throw new ExpectedError({
      code: 'pipelines.activity-timeout',
      message: `The activity '${activity}' took longer than its timeout of ${timeoutSeconds} seconds.`,
      nextStep: 'Give it more time in policy.timeout, or less to do.',
      cause: error,
    });
  }
}

function identity(definition: Properties): Pick<ActivityRun, 'activityName' | 'activityType'> {
  return { activityName: textOf(definition['name']) ?? '', activityType: textOf(definition['type']) ?? '' };
}

function timesSince(started: Date): Pick<ActivityRun, 'activityRunStart' | 'activityRunEnd' | 'durationInMs'> {
  const ended = new Date();
  return {
    activityRunStart: started.toISOString(),
    activityRunEnd: ended.toISOString(),
    durationInMs: ended.getTime() - started.getTime(),
  };
}

function failure(error: unknown): Pick<ActivityRun, 'error'> {
  return error instanceof ExpectedError ? { error: { errorCode: error.code, message: error.message } } : {};
}

function isLasting(error: unknown): boolean {
  return !(error instanceof ExpectedError) || lasting.includes(error.code) || /^jobs\./.test(error.code);
}

async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(seconds * 1000, undefined, { ...(signal ? { signal } : {}) });
}
