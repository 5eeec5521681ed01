import { posix } from 'node:path';
import type { SourceRange } from '../base/diagnostic.ts';
import {
  at,
  entriesAt,
  itemsAt,
  mapAt,
  textAt,
  toPlain,
  type ConfigMap,
  type ConfigNode,
  type PlainValue,
} from './config-node.ts';

export interface BundleJob {
  /** The key under `resources.jobs`. */
  readonly key: string;
  /** As deployed. */
  readonly name: string;
  readonly node: ConfigMap;
  readonly range: SourceRange;
  /** Job parameters' defaults by name. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly tasks: readonly BundleTask[];
  /** The resources of its bundle, for tasks that name one of them (`${resources.pipelines.x.id}`). */
  readonly resources: ConfigMap | undefined;
  /** Undefined for a job that was not read from a bundle's files. */
  readonly files: BundleFiles | undefined;
}

/** Where a bundle's files lie here, and where they go in the workspace. */
export interface BundleFiles {
  /** `sync.paths`' common folder, relative to the project's root: the bundle's own, or one around it. */
  readonly root: string;
  /** `workspace.file_path`. */
  readonly workspacePath: string;
  /** What `sync.paths` takes from outside the project (`../common`), relative to its root: the bundle's files as well. */
  readonly beyond: readonly string[];
}

export interface BundleTask {
  readonly key: string;
  /** The property that says what the task is: `sql_task`, `notebook_task`; undefined where none is there. */
  readonly kind: string | undefined;
  /** The value of that property. */
  readonly body: ConfigMap | undefined;
  readonly node: ConfigMap;
  /** Where `task_key` (or the task) stands. */
  readonly range: SourceRange;
  readonly dependsOn: readonly {
    readonly taskKey: string;
    readonly outcome: string | undefined;
    readonly range: SourceRange;
  }[];
  /** The task inside a `for_each_task`. */
  readonly nested: BundleTask | undefined;
}

/** A path in a task, where the file lies that it names. */
export interface TaskPath {
  readonly written: string;
  /** Relative to the project's root; undefined for a path in the workspace, a URL, or an unresolved reference. */
  readonly file: string | undefined;
  readonly range: SourceRange;
}

export function jobsOf(resources: ConfigMap, files?: BundleFiles): readonly BundleJob[] {
  return entriesAt(resources, 'jobs').flatMap(([key, entry]) => {
    const node = entry.value;
    return node.kind === 'map' ? [{ ...jobOf(key, entry.keyRange, node, files), resources }] : [];
  });
}

function jobOf(
  key: string,
  range: SourceRange,
  node: ConfigMap,
  files: BundleFiles | undefined,
): Omit<BundleJob, 'resources'> {
  return {
    files,
    key,
    name: textAt(node, 'name') ?? key,
    node,
    range,
    parameters: new Map(
      itemsAt(node, 'parameters').flatMap((parameter) => {
        const name = textAt(parameter, 'name');
        return name === undefined ? [] : [[name, textAt(parameter, 'default') ?? ''] as const];
      }),
    ),
    tasks: itemsAt(node, 'tasks').flatMap((task) => (task.kind === 'map' ? [taskOf(task)] : [])),
  };
}

function taskOf(node: ConfigMap): BundleTask {
  const [kind, entry] = [...node.entries].find(
    ([key, { value }]) => key.endsWith('_task') && value.kind !== 'scalar',
  ) ??
    [...node.entries].find(([key]) => key.endsWith('_task')) ?? [undefined, undefined];
  const body = entry?.value.kind === 'map' ? entry.value : undefined;
  const inner = kind === 'for_each_task' ? mapAt(body, 'task') : undefined;
  return {
    key: textAt(node, 'task_key') ?? '',
    kind,
    body,
    node,
    range: at(node, 'task_key')?.range ?? node.range,
    dependsOn: itemsAt(node, 'depends_on').map((item) => ({
      taskKey: textAt(item, 'task_key') ?? '',
      outcome: textAt(item, 'outcome'),
      range: at(item, 'task_key')?.range ?? item.range,
    })),
    nested: inner && taskOf(inner),
  };
}

/**
 * Where a path written in a bundle file leads: relative to the file that holds it, as the Databricks CLI reads it. A path below
 * `workspace.file_path` (`${workspace.file_path}/src/x.py`) is where one of the bundle's own files will lie.
 */
export function taskPath(node: ConfigNode | undefined, files?: BundleFiles): TaskPath | undefined {
  const written = textAt(node);
  if (node === undefined || written === undefined) return undefined;
  const own = files && belowFilePath(written, files);
  if (own !== undefined) return { written, range: node.range, file: own };
  const elsewhere = written.includes('${') || written.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(written);
  return { written, range: node.range, file: elsewhere ? undefined : besides(node.range.file, written) };
}

function belowFilePath(written: string, { root, workspacePath }: BundleFiles): string | undefined {
  const bare = (path: string): string => path.replace(/^\/Workspace\//, '/');
  const below = posix.relative(bare(workspacePath), bare(written));
  const isBelow = workspacePath !== '' && written.startsWith('/') && below !== '' && !below.startsWith('..');
  return isBelow ? posix.normalize(posix.join(root, below)) : undefined;
}

function besides(file: string, path: string): string {
  return posix.normalize(posix.join(posix.dirname(file), path.replaceAll('\\', '/')));
}

/** The task's parameters as the service passes them: the job's, then the task's own. */
export function taskParameters(job: BundleJob, task: BundleTask): ReadonlyMap<string, string> {
  const own = entriesAt(task.body, 'parameters').map(([key, entry]) => [key, textAt(entry.value) ?? ''] as const);
  return new Map([...job.parameters, ...own]);
}

/** A job's settings as the Jobs API takes them. */
export function jobSettings(job: BundleJob): PlainValue {
  return toPlain(job.node);
}
