import type { TaskRecord } from './run.generated.ts';
import { readRunRecords } from './run-store.ts';

/** What tasks did when they last succeeded, by the task's key and what decides its result. */
export interface LastSuccesses {
  /** @param key of a task; `<key>/<key>` of the one inside a for_each_task. */
  find(key: string, fingerprint: string): TaskRecord | undefined;
  /** The newest, whatever decided its result. */
  newest(key: string): TaskRecord | undefined;
}

/** From the job's newest records in this environment, back to the last in which every task succeeded. */
export async function lastSuccesses(stateFolder: string, job: string, environment: string): Promise<LastSuccesses> {
  const exact = new Map<string, TaskRecord>();
  const newest = new Map<string, TaskRecord>();
  const note = (key: string, task: TaskRecord): void => {
    for (const inner of task.iterations ?? []) note(`${key}/${inner.key}`, inner);
    if (task.state !== 'succeeded' && task.state !== 'skipped') return;
    if (!newest.has(key)) newest.set(key, task);
    const both = `${key}\n${task.fingerprint ?? ''}`;
    if (task.fingerprint !== undefined && !exact.has(both)) exact.set(both, task);
  };
  for await (const record of readRunRecords(stateFolder)) {
    if ('reason' in record || record.job !== job || record.environment !== environment) continue;
    for (const task of record.tasks) note(task.key, task);
    if (record.state === 'succeeded' && record.only === undefined) break;
  }
  return {
    find: (key, fingerprint) => exact.get(`${key}\n${fingerprint}`),
    newest: (key) => newest.get(key),
  };
}
