import { join } from 'node:path';
import { pythonSettings } from '../../project/python-settings.ts';
import { type Program, type ProgramOutcome, runProgram } from '../../python/run-program.ts';
import { profileText } from '../compute-profile.ts';
import { errorRecord } from '../task-record.ts';
import type { PreparedTask, RunnableTask, TaskOutcome, TaskPlace, TaskRunContext } from '../task-kind.ts';
import { noOutcome } from '../task-kind.ts';
import { gateError } from '../metric-gate.ts';
import { clusterProfile } from './cluster-profile.ts';
import { requirePackages } from './declared-packages.ts';
import { pythonReady } from './python-ready.ts';
import { projectSources } from './project-sources.ts';
import { workspaceFiles } from './workspace-files.ts';
import { wheelSources } from './wheel-libraries.ts';

/** What of a Python task differs by its kind. */
export interface PythonTask {
  /** `a Python notebook`, for the reason that `scan` shows. */
  readonly what: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly program: (context: TaskRunContext, file: string) => Program | Promise<Program>;
  /** Folders to import from, relative to the project's root. */
  readonly path?: readonly string[];
}

/** A task that runs, as it is, in the project's own Python with a Spark session on the local lake. */
export function pythonProgram(place: TaskPlace, task: PythonTask): RunnableTask {
  const reason = `${task.what} runs in the project's own Python, on local Spark`;
  return { runs: 'spark', reason, prepare: () => prepare(place, task) };
}

async function prepare(place: TaskPlace, task: PythonTask): Promise<PreparedTask> {
  const profile = clusterProfile(place);
  await requirePackages(place);
  const path = [...(task.path ?? ['.']), ...wheelSources(place)];
  return {
    files: await projectSources(place, [task.file]),
    profile: profileText(profile),
    fingerprint: { ...profile },
    ready: () => pythonReady(place),
    run: async (context) => await gated(context, outcomeOf(await run(context, place, { ...task, path }, profile.ansi))),
  };
}

async function run(
  context: TaskRunContext,
  place: TaskPlace,
  task: Required<PythonTask>,
  ansi: boolean,
): Promise<ProgramOutcome> {
  const { root, environment, stateFolder, engine, checks, parameters, values, signal, log } = context;
  return await runProgram({
    program: await task.program(context, join(root, task.file)),
    root,
    environment,
    stateFolder,
    settings: await pythonSettings(root),
    parameters,
    path: task.path.map((folder) => join(root, folder)),
    ansi,
    contracts: { checks, engine },
    ...workspaceFiles(place),
    values,
    log,
    signal,
  });
}

/** A model that is not good enough fails its task, and the record says what it measured. */
async function gated({ root, run: { jobKey, taskKey } }: TaskRunContext, outcome: TaskOutcome): Promise<TaskOutcome> {
  if (outcome.error) return outcome;
  const error = await gateError(root, `${jobKey}/${taskKey}`, outcome.metrics ?? {});
  return error ? { ...outcome, error } : outcome;
}

/** A program may read what it does not say: it is never skipped as unchanged. */
function outcomeOf(outcome: ProgramOutcome): TaskOutcome {
  const { reads, written, checks, warnings, metrics, exitValue, failure } = outcome;
  return {
    ...noOutcome,
    inputs: { tables: [...reads], files: [], paths: [] },
    outputs: [...written],
    checks: [...checks],
    warnings: warnings.map(({ message }) => message),
    ...(Object.keys(metrics).length === 0 ? {} : { metrics: { ...metrics } }),
    ...(exitValue === undefined ? {} : { exitValue }),
    ...(failure ? { error: errorRecord(failure) } : {}),
  };
}
