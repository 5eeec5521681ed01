import type { JobTask } from './task-kind.ts';
import type { TaskRecord } from './run.generated.ts';
import { decide } from './run-if.ts';
import { emptyRecord } from './task-record.ts';

export interface GraphRun {
  /** In an order in which each comes after all that it depends on. */
  readonly tasks: readonly JobTask[];
  /** How many at a time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Records that are there before anything runs: of tasks that were not asked for. */
  readonly given: ReadonlyMap<string, TaskRecord>;
  /** Runs a task whose dependencies have ended. */
  readonly run: (task: JobTask, recordOf: (key: string) => TaskRecord | undefined) => Promise<TaskRecord>;
  readonly started: (task: JobTask) => Promise<void>;
  readonly ended: (record: TaskRecord) => Promise<void>;
}

/** Starts each task when all above it have ended. Resolves to every task's record, in running order. */
export async function runGraph(graph: GraphRun): Promise<TaskRecord[]> {
  const records = new Map(graph.given);
  const waiting = new Map(graph.tasks.map((task) => [task.task.key, task]));
  for (const key of records.keys()) waiting.delete(key);
  const running = new Map<string, Promise<void>>();
  const recordOf = (key: string): TaskRecord | undefined => records.get(key);
  const start = (key: string, task: JobTask): void => {
    waiting.delete(key);
    const work = runOne(graph, task, recordOf).then((record) => {
      records.set(key, record);
      running.delete(key);
    });
    running.set(key, work);
  };
  try {
    while (waiting.size + running.size > 0) {
      for (const [key, task] of waiting) {
        const isReady = task.task.dependsOn.every(({ taskKey }) => records.has(taskKey));
        if (running.size < graph.parallel && isReady) start(key, task);
      }
      await Promise.race(running.values());
    }
  } finally {
    await Promise.allSettled(running.values());
  }
  return graph.tasks.flatMap(({ task }) => records.get(task.key) ?? []);
}

async function runOne(
  graph: GraphRun,
  task: JobTask,
  recordOf: (key: string) => TaskRecord | undefined,
): Promise<TaskRecord> {
  const record = await decided(graph, task, recordOf);
  await graph.ended(record);
  return record;
}

async function decided(
  { signal, started, run }: GraphRun,
  task: JobTask,
  recordOf: (key: string) => TaskRecord | undefined,
): Promise<TaskRecord> {
  if (signal.aborted) return emptyRecord(task, 'cancelled', 'the run was cancelled');
  const decision = decide(task.task, recordOf);
  if (!decision.runs) return emptyRecord(task, decision.state, decision.reason);
  await started(task);
  return await run(task, recordOf);
}
