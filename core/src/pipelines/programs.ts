import { stringifyLossless } from '../azure/lossless.ts';
import type { RunRecord } from '../jobs/run.generated.ts';
import { type BundleJob, jobsOf } from '../project/bundle-job.ts';
import { mapAt } from '../project/config-node.ts';
import { notebookEndings } from '../project/notebook-script.ts';
import { readJson } from '../project/read-json.ts';
import { toText, type Value } from './expressions/value.ts';
import type { Properties } from './factory-objects.ts';

/** The files that an activity of Databricks can start. */
export interface ProgramFolder {
  /** Absolute. */
  readonly root: string;
  /** Relative to it. */
  readonly files: readonly string[];
  /** Where a path of the workspace lies among them, for a folder that is a copy of a workspace. Default: by the path's end. */
  readonly locate?: (path: string) => string | undefined;
}

/** Runs what such an activity starts: with core's jobs, like any other task. */
export interface ProgramCompute {
  readonly folder: ProgramFolder;
  run(job: BundleJob, signal: AbortSignal | undefined): Promise<RunRecord>;
}

export type Located = { readonly file: string } | { readonly problem: string };

/**
 * The file that a path of the workspace means: where a release put it is known to nobody here, so it is the one file with the longest
 * common end (`/releases/dev/notebooks/02_load` is `databricks/notebooks/02_load.py`).
 */
export function locateProgram({ files, locate }: ProgramFolder, path: string, kind: 'notebook' | 'file'): Located {
  const written = path.replace(/^(dbfs:|file:)?\/+(Workspace\/)?/, '');
  if (written === '') return { problem: 'it names no file: its path is empty, to be filled in when it is deployed' };
  if (locate) {
    const file = locate(path);
    return file === undefined ? { problem: `${path} is not in the workspace` } : { file };
  }
  const endings = kind === 'notebook' ? ['', ...notebookEndings] : [''];
  const parts = written.split('/');
  for (let first = 0; first < parts.length; first++) {
    const end = parts.slice(first).join('/');
    const wanted = new Set(endings.map((ending) => end + ending));
    const found = files.filter((file) => [...wanted].some((one) => file === one || file.endsWith(`/${one}`)));
    const [only, another] = found;
    if (another !== undefined) return { problem: `${path} may be any of ${found.join(', ')}` };
    if (only !== undefined) return { file: only };
  }
  return { problem: `${path} ends like no ${kind} of this folder` };
}

/** A job of the one task; its paths are relative to the folder's root. */
export function programJob(key: string, task: Readonly<Record<string, Value>>): BundleJob {
  const jobs = { [key]: { name: key, tasks: [{ task_key: key, ...task }] } };
  const { node } = readJson('activity.json', stringifyLossless({ resources: { jobs } }, 2));
  const resources = mapAt(node, 'resources');
  const [job] = resources ? jobsOf(resources) : [];
  if (!job) throw new Error(`The task of the activity ${key} cannot be read as one.`);
  return job;
}

/** Where the activity runs: what its linked service, with its parameters in place, says of the cluster. */
export function clusterOf(service: Properties): Readonly<Record<string, Value>> {
  const version = service['newClusterVersion'];
  const conf = service['newClusterSparkConf'];
  if (version === undefined) return { existing_cluster_id: toText(service['existingClusterId'] ?? '') || 'unnamed' };
  return { new_cluster: { spark_version: version, ...(conf === undefined ? {} : { spark_conf: conf }) } };
}
