import { ExpectedError } from '../base/expected-error.ts';
import type { PlainValue } from '../project/config-node.ts';
import { stringifyLossless } from '../azure/lossless.ts';
import type { TaskRecord } from './run.generated.ts';
import type { TaskValues } from './task-kind.ts';

/** The service takes no longer ones. */
const maxBytes = 48 * 1024;

/** Reads the values of tasks that have ended, and keeps those of the running one in `own`. */
export function taskValues(recordOf: (key: string) => TaskRecord | undefined, own: Map<string, unknown>): TaskValues {
  return {
    get: (taskKey, key) => recordOf(taskKey)?.values?.[key] as PlainValue | undefined,
    set: (key, value) => {
      const bytes = Buffer.byteLength(stringifyLossless(value));
      if (bytes > maxBytes) throw tooLong(key, bytes);
      own.set(key, value);
    },
  };
}

function tooLong(key: string, bytes: number): ExpectedError {
  return new ExpectedError({
    code: 'jobs.task-value-too-long',
    message: `The task value ${key} has ${bytes} bytes as JSON; Databricks takes ${maxBytes}.`,
    nextStep: 'Write it to a table or a volume, and hand over its name.',
  });
}
