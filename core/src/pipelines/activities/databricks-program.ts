import { ExpectedError } from '../../base/expected-error.ts';
import type { RunRecord } from '../../jobs/run.generated.ts';
import { judgeTask } from '../../jobs/tasks/index.ts';
import type { Factory } from '../../project/factory.ts';
import type { ActivityContext, ActivityKind, ActivityVerdict } from '../activity.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { isObject, type Scope, toText, type Value } from '../expressions/value.ts';
import { bindParameters, findProperties, propertiesOf, textOf, valueAt, type Properties } from '../factory-objects.ts';
import { clusterOf, locateProgram, programJob, type ProgramFolder } from '../programs.ts';

/** What differs between the activities that start a program on Databricks. */
interface Program {
  readonly type: string;
  readonly what: 'notebook' | 'file';
  readonly pathKey: string;
  /** The task, as the Jobs API has it, of evaluated properties. */
  task(file: string, properties: Properties): Readonly<Record<string, Value>>;
  readonly known: readonly string[];
}

const notebook: Program = {
  type: 'DatabricksNotebook',
  what: 'notebook',
  pathKey: 'notebookPath',
  known: ['notebookPath', 'baseParameters', 'libraries'],
  task: (file, properties) => ({
    notebook_task: { notebook_path: `./${file}`, base_parameters: textsOf(properties['baseParameters']) },
  }),
};

const sparkPython: Program = {
  type: 'DatabricksSparkPython',
  what: 'file',
  pathKey: 'pythonFile',
  known: ['pythonFile', 'parameters', 'libraries'],
  task: (file, properties) => ({
    spark_python_task: { python_file: `./${file}`, parameters: listOf(properties['parameters']).map(toText) },
  }),
};

/**
 * A notebook or a Python file on Databricks, run as a task of core's jobs: the same programs, refusals and records as in a bundle.
 * https://learn.microsoft.com/azure/data-factory/transform-data-databricks-notebook
 */
export const databricksNotebook = programActivity(notebook);
export const databricksSparkPython = programActivity(sparkPython);

function programActivity(program: Program): ActivityKind {
  return {
    type: program.type,
    whyNot(definition, factory, folder) {
      const judged = judge(program, definition, factory, folder);
      return judged.verdict === 'refused' ? judged.reason : undefined;
    },
    judge: (definition, factory, folder) => judge(program, definition, factory, folder),
    run: (definition, context) => run(program, definition, context),
  };
}

function judge(
  program: Program,
  definition: Properties,
  factory: Factory,
  folder: ProgramFolder | undefined,
): ActivityVerdict {
  const refused = (reason: string): ActivityVerdict => ({ verdict: 'refused', reason });
  const properties = definition['typeProperties'];
  if (properties === undefined || !isObject(properties)) return refused('the activity says not what it runs');
  const unknown = Object.keys(properties).find((key) => !program.known.includes(key));
  if (unknown !== undefined) return refused(`${program.type} with ${unknown} is not emulated yet`);
  const service = whyServiceIsRefused(factory, definition['linkedServiceName']);
  if (service !== undefined) return refused(service);
  if (!folder) return refused('no compute of Databricks stands beside this factory');
  const path = pathOf(properties[program.pathKey]);
  if (path === undefined) return refused(`it names no ${program.pathKey}`);
  if (path.includes('@'))
    return { verdict: 'spark', reason: `what its ${program.pathKey} names is known when it runs` };
  const located = locateProgram(folder, path, program.what);
  if ('problem' in located) return refused(located.problem);
  const job = programJob('activity', { ...program.task(located.file, {}), existing_cluster_id: 'activity' });
  const [task] = job.tasks;
  if (!task) return refused('the activity says not what it runs');
  const { runs, reason } = judgeTask({ root: folder.root, job, jobs: [job], task });
  return { verdict: runs, reason };
}

async function run(
  program: Program,
  definition: Properties,
  context: ActivityContext,
): Promise<Readonly<Record<string, Value>>> {
  const { activity, factory, scope, programs, signal } = context;
  const evaluated = evaluate(definition['typeProperties'] ?? {}, scope);
  const properties = isObject(evaluated) ? evaluated : {};
  const path = toText(properties[program.pathKey] ?? '');
  const located = programs ? locateProgram(programs.folder, path, program.what) : { problem: 'there is no compute' };
  if (!programs || 'problem' in located) throw notFound(activity, 'problem' in located ? located.problem : '');
  const service = evaluatedService(factory, definition['linkedServiceName'], scope);
  const task = { ...program.task(located.file, properties), ...clusterOf(service), ...librariesOf(properties) };
  const record = await programs.run(programJob(activity, task), signal);
  signal?.throwIfAborted();
  if (record.state !== 'succeeded') throw failed(activity, record);
  return outputOf(record);
}

/** `runOutput` is what the notebook exits with, read as JSON where it is an object of it, as the service does. */
function outputOf({ id, seconds, tasks }: RunRecord): Readonly<Record<string, Value>> {
  const exit = tasks[0]?.exitValue;
  return {
    executionDuration: Math.round(seconds),
    ...(exit === undefined ? {} : { runOutput: parsed(exit) }),
    medallionRun: id,
  };
}

function parsed(text: string): Value {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text) as Value;
  } catch {
    // A text that only begins like JSON is a text.
    return text;
  }
}

function evaluatedService(factory: Factory, reference: Value | undefined, scope: Scope): Properties {
  const name = textOf(valueAt(reference, 'referenceName')) ?? '';
  const service = propertiesOf(factory, 'linkedService', name);
  const given = evaluate(valueAt(reference, 'parameters') ?? {}, scope);
  const parameters = bindParameters(
    `The linked service '${name}'`,
    service['parameters'],
    isObject(given) ? given : {},
  );
  const evaluated = evaluate(service['typeProperties'] ?? {}, { linkedService: () => parameters });
  return isObject(evaluated) ? evaluated : {};
}

function whyServiceIsRefused(factory: Factory, reference: Value | undefined): string | undefined {
  const name = textOf(valueAt(reference, 'referenceName')) ?? '';
  const service = findProperties(factory, 'linkedService', name);
  if (!service) return `the linked service ${name} is not in this factory`;
  const type = textOf(service['type']) ?? 'no type';
  return type === 'AzureDatabricks' ? undefined : `the linked service ${name} is of type ${type}`;
}

function librariesOf(properties: Properties): Readonly<Record<string, Value>> {
  const libraries = listOf(properties['libraries']);
  return libraries.length === 0 ? {} : { libraries };
}

function pathOf(value: Value | undefined): string | undefined {
  return textOf(value) ?? textOf(valueAt(value, 'value'));
}

function textsOf(value: Value | undefined): Readonly<Record<string, Value>> {
  const entries = value !== undefined && isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, one]) => [key, toText(one)]));
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function notFound(activity: string, problem: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.program-not-found',
    message: `${activity}: ${problem}.`,
    nextStep: 'Correct its path; the files of this project and of the local workspace can be run.',
  });
}

function failed(activity: string, { id, state, error, tasks }: RunRecord): ExpectedError {
  const cause = error ?? tasks.find((task) => task.error)?.error;
  return new ExpectedError({
    code: 'pipelines.program-failed',
    message: `${activity} ${state}${cause ? `: ${cause.message} [${cause.code}]` : ''}`,
    nextStep: cause?.nextStep ?? `See what it did: medallion history ${id}`,
  });
}
