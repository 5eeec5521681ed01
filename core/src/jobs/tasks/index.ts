import { settingsProblem } from '../check-settings.ts';
import type { RunnableTask, TaskKind, TaskPlace, TaskRefusal } from '../task-kind.ts';
import { conditionTask } from './condition-task.ts';
import { forEachTask } from './for-each-task.ts';
import { notebookTask } from './notebook-task.ts';
import { pipelineTask } from './pipeline-task.ts';
import { pythonWheelTask } from './python-wheel-task.ts';
import { never, refuse } from './refuse.ts';
import { runJobTask } from './run-job-task.ts';
import { sparkPythonTask } from './spark-python-task.ts';
import { sqlTask } from './sql-task.ts';

/** Every kind of task, for `scan` and for a run alike; a new one is a file and a line. */
const taskKinds: Readonly<Record<string, TaskKind>> = {
  sql_task: sqlTask,
  notebook_task: notebookTask,
  spark_python_task: sparkPythonTask,
  python_wheel_task: pythonWheelTask,
  condition_task: conditionTask,
  for_each_task: forEachTask((place) => judgeTask(place)),
  run_job_task: runJobTask((place) => judgeTask(place)),
  pipeline_task: pipelineTask,
  spark_jar_task: never('JAR tasks need a JVM cluster and are not emulated'),
  spark_submit_task: never('spark-submit tasks need a JVM cluster and are not emulated'),
  dbt_task: never('dbt tasks are not emulated'),
  dbt_cloud_task: never('dbt Cloud tasks are not emulated'),
  dbt_platform_task: never('dbt platform tasks are not emulated'),
  dashboard_task: never('dashboard tasks are not emulated'),
  power_bi_task: never('Power BI tasks are not emulated'),
  clean_rooms_notebook_task: never('clean room tasks are not emulated'),
};

/** Whether a task runs here, and with what. An unknown kind is refused by its name. */
export function judgeTask(place: TaskPlace): RunnableTask | TaskRefusal {
  const { kind } = place.task;
  if (kind === undefined) return refuse('the task says not what it runs');
  const known = Object.hasOwn(taskKinds, kind) ? taskKinds[kind] : undefined;
  if (!known) return refuse(`tasks of kind ${kind} are not emulated`);
  const judged = known(place);
  return judged.runs === 'refused' ? judged : (settingsProblem(place.task) ?? judged);
}
