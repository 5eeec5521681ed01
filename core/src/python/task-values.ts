import { ExpectedError } from '../base/expected-error.ts';
import type { PlainValue } from '../project/config-node.ts';
import { textOf } from './bridge-fields.ts';
import type { BridgeOperations } from './bridge.ts';

/** What `dbutils.jobs.taskValues` reads and writes. */
export interface TaskValuePort {
  get(taskKey: string, key: string): PlainValue | undefined;
  set(key: string, value: PlainValue): void;
}

/** Characters of a value's JSON, as Databricks limits it to 48 KiB. */
const limit = 48 * 1024;

export function taskValueOperations(values: TaskValuePort): BridgeOperations {
  return {
    'get-task-value': (request) => {
      const value = values.get(textOf(request, 'taskKey'), textOf(request, 'key'));
      return value === undefined ? {} : { value };
    },
    'set-task-value': (request) => {
      const value = (request['value'] ?? null) as PlainValue;
      if (JSON.stringify(value).length > limit) throw tooLong(textOf(request, 'key'));
      values.set(textOf(request, 'key'), value);
    },
  };
}

function tooLong(key: string): ExpectedError {
  return new ExpectedError({
    code: 'python.task-value-too-long',
    message: `The task value ${key} is longer than 48 KiB.`,
    nextStep: 'Write it to a table or a volume, and set its place.',
  });
}
