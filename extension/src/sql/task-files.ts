import { join } from 'node:path';
import { judgeTask } from '@medallion/core/jobs/tasks/index.ts';
import type { BundleTask } from '@medallion/core/project/bundle-job.ts';
import { entriesAt, textAt } from '@medallion/core/project/config-node.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';

/** The named parameters that a file of SQL is given, by its absolute path: those of the first job with a task over it. */
export type TaskFiles = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The files of SQL that a bundle's tasks run. */
export function taskFiles({ project, bundle }: LoadedProject): TaskFiles {
  const files = new Map<string, Readonly<Record<string, string>>>();
  const jobs = bundle?.jobs ?? [];
  for (const job of jobs) {
    for (const task of job.tasks.flatMap((one) => [one, ...(one.nested ? [one.nested] : [])])) {
      const judged = judgeTask({ root: project.root, job, task, jobs });
      if (judged.runs === 'refused') continue;
      for (const file of judged.sqlFiles ?? []) {
        const path = join(project.root, file);
        if (!files.has(path)) files.set(path, { ...parametersOf(task), ...Object.fromEntries(job.parameters) });
      }
    }
  }
  return files;
}

/** Values that only a run knows (`{{tasks...}}`) are left out: the query then says which parameter it lacks. */
function parametersOf({ body }: BundleTask): Record<string, string> {
  if (!body) return {};
  const named = [...entriesAt(body, 'parameters'), ...entriesAt(body, 'base_parameters')];
  const texts = named.flatMap(([name, { value }]) => {
    const text = textAt(value);
    return text === undefined || text.includes('{{') ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
