import { at, type ConfigMap, type ConfigNode } from '../project/config-node.ts';

/** Whether a task runs with this version. `byFile`: as far as the statements of its file do. */
export type TaskVerdict = { readonly runs: 'byFile' } | { readonly runs: 'spark' | 'refused'; readonly reason: string };

export interface TaskKind {
  readonly verdict: (body: ConfigMap | undefined, file: string | undefined) => TaskVerdict;
  /** The value that names the task's file, and where `source` says whether the file lies here. */
  readonly file?: (body: ConfigMap | undefined) => ConfigNode | undefined;
}

const sparkReason = 'needs Spark; this version does not start Spark locally yet';

function spark(what: string): TaskVerdict {
  return { runs: 'spark', reason: `${what} ${sparkReason}` };
}

function refused(reason: string): TaskVerdict {
  return { runs: 'refused', reason };
}

/** What a notebook's file ending says about it; a notebook in JVM languages or R is not for us. */
const notebooks: Readonly<Record<string, TaskVerdict>> = {
  py: spark('a Python notebook'),
  sql: spark('a SQL notebook runs on a cluster and'),
  ipynb: spark('a notebook'),
  scala: refused('Scala notebooks are not emulated'),
  r: refused('R notebooks are not emulated'),
};

const kinds: Readonly<Record<string, TaskKind>> = {
  sql_task: {
    file: (body) => at(body, 'file', 'path'),
    verdict: (body) => {
      if (at(body, 'file')) return { runs: 'byFile' };
      for (const part of ['dashboard', 'alert', 'query']) {
        if (at(body, part)) return refused(`a sql_task of a ${part}, which lives in a workspace, is not emulated`);
      }
      return refused('the sql_task names no file');
    },
  },
  notebook_task: {
    file: (body) => at(body, 'notebook_path'),
    verdict: (_body, file) =>
      notebooks[/\.([a-z]+)$/i.exec(file ?? '')?.[1]?.toLowerCase() ?? ''] ?? spark('a notebook'),
  },
  spark_python_task: { file: (body) => at(body, 'python_file'), verdict: () => spark('a Python task') },
  python_wheel_task: { verdict: () => spark('a Python wheel task') },
  spark_jar_task: { verdict: () => refused('JAR tasks need a JVM cluster and are not emulated') },
  spark_submit_task: { verdict: () => refused('spark-submit tasks need a JVM cluster and are not emulated') },
  dbt_task: { verdict: () => refused('dbt tasks are not emulated') },
  dbt_cloud_task: { verdict: () => refused('dbt Cloud tasks are not emulated') },
  dbt_platform_task: { verdict: () => refused('dbt platform tasks are not emulated') },
  pipeline_task: { verdict: () => refused('Lakeflow (DLT) pipelines are not emulated') },
  dashboard_task: { verdict: () => refused('dashboard tasks are not emulated') },
  power_bi_task: { verdict: () => refused('Power BI tasks are not emulated') },
  condition_task: { verdict: () => refused('condition tasks are not emulated yet') },
  for_each_task: { verdict: () => refused('for_each tasks are not emulated yet') },
  run_job_task: { verdict: () => refused('tasks that run another job are not emulated yet') },
  clean_rooms_notebook_task: { verdict: () => refused('clean room tasks are not emulated') },
};

/** What this version knows about a kind of task; an unknown one is refused by its name. */
export function taskKind(kind: string | undefined): TaskKind {
  const known = kind !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (known) return known;
  return {
    verdict: () =>
      refused(kind === undefined ? 'the task says not what it runs' : `tasks of kind ${kind} are not emulated`),
  };
}
