import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleTask } from '../project/bundle-job.ts';
import { entriesAt, textAt } from '../project/config-node.ts';
import { notebookCells } from '../project/notebook-cells.ts';
import type { LineageProblem } from '../sql/editor/lineage.ts';
import type { JobSource } from '../sql/editor/read-job.ts';
import type { JobPlace } from './prepared-job.ts';
import { taskGraph } from './task-graph.ts';
import { judgeTask } from './tasks/index.ts';

/** The SQL of a job, and the tasks whose work it does not tell. */
export interface JobSql {
  readonly sources: readonly JobSource[];
  readonly problems: readonly LineageProblem[];
}

/**
 * The files of SQL that a job's tasks run, in the order of its tasks, each with the values that its task gives.
 * @throws ExpectedError `jobs.invalid-graph`
 */
export async function jobSql(place: JobPlace): Promise<JobSql> {
  const sources: JobSource[] = [];
  const problems: LineageProblem[] = [];
  const tasks = taskGraph(place.job).tasks.flatMap((task) => [task, ...(task.nested ? [task.nested] : [])]);
  for (const task of tasks) {
    const judged = judgeTask({ ...place, task });
    const files = judged.runs === 'refused' ? [] : (judged.sqlFiles ?? []);
    const reason = 'reason' in judged && judged.reason !== '' ? `: ${judged.reason}` : '';
    if (files.length === 0 && !task.nested && task.kind !== 'condition_task') {
      const { file, start } = task.range;
      problems.push({ file, line: start.line, message: `What the task ${task.key} writes is not known${reason}.` });
    }
    const parameters = new Map([...taskParameters(task), ...place.job.parameters]);
    for (const file of files) {
      const text = await readFile(join(place.root, file), 'utf8');
      sources.push({ file, text: sqlText(file, text), parameters });
    }
  }
  return { sources, problems };
}

/** The named parameters of a task whose values are known before a run: `{{tasks...}}` is not. */
export function taskParameters({ body }: BundleTask): ReadonlyMap<string, string> {
  if (!body) return new Map();
  const named = [...entriesAt(body, 'parameters'), ...entriesAt(body, 'base_parameters')];
  return new Map(
    named.flatMap(([name, { value }]) => {
      const text = textAt(value);
      return text === undefined || text.includes('{{') ? [] : [[name, text] as const];
    }),
  );
}

/** A file's SQL, each line on its own line of the file: of a notebook its cells of SQL, each closed by a semicolon. */
export function sqlText(file: string, text: string): string {
  const cells = notebookCells(file, text);
  if (!cells) return text;
  const lines: string[] = [];
  for (const cell of cells.filter(({ language }) => language === 'sql')) {
    for (const [at, line] of cell.text.split('\n').entries()) {
      const number = cell.lines[at] ?? (cell.lines.at(-1) ?? 1) + at;
      lines[number - 1] = line;
      // On the line that parts two cells.
      lines[number] = ';';
    }
  }
  return Array.from(lines, (line: string | undefined) => line ?? '').join('\n');
}
