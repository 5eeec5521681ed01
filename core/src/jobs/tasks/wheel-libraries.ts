import { posix } from 'node:path';
import { taskPath } from '../../project/bundle-job.ts';
import { at, itemsAt, textAt, type ConfigNode } from '../../project/config-node.ts';
import type { TaskPlace } from '../task-kind.ts';
import { bundleFile } from '../task-file.ts';
import { packageIn, pythonPackages, type PythonPackage } from './python-package.ts';

/**
 * Folders to import from, relative to the project's root, in place of the wheels that the project builds itself and the task asks for
 * (`whl: ../mine/dist/*.whl`): what a deployment builds and installs is its source here. A wheel from elsewhere is the venv's to hold.
 */
export function wheelSources(place: TaskPlace): readonly string[] {
  return [...new Set([...ownWheels(place).flatMap(({ path }) => path), ...onItsCluster(place)])];
}

/** The packages of the project whose wheels the task asks for. */
export function ownWheels(place: TaskPlace): readonly PythonPackage[] {
  return wheelsOf(place).flatMap((node) => {
    const folder = posix.dirname(taskPath(node, place.job.files)?.file ?? '');
    const isBuilt = posix.basename(folder) === 'dist' && bundleFile(place, folder) !== undefined;
    return isBuilt ? (packageIn(place.root, posix.dirname(folder)) ?? []) : [];
  });
}

/** What a cluster that exists already has installed is written nowhere; the wheels of the project itself are taken to be there. */
function onItsCluster({ root, task }: TaskPlace): readonly string[] {
  const isExisting = textAt(task.node, 'existing_cluster_id') !== undefined;
  return isExisting ? pythonPackages(root).flatMap(({ path }) => path) : [];
}

/** Of the task's libraries, and of the environment that it names. */
function wheelsOf({ job, task }: TaskPlace): readonly ConfigNode[] {
  const key = textAt(task.node, 'environment_key');
  const environment = itemsAt(job.node, 'environments').find((one) => textAt(one, 'environment_key') === key);
  const libraries = itemsAt(task.node, 'libraries').map((library) => at(library, 'whl'));
  const dependencies = key === undefined ? [] : itemsAt(at(environment, 'spec'), 'dependencies');
  return [...libraries, ...dependencies].flatMap((node) => (node && /\.whl$/.test(textAt(node) ?? '') ? [node] : []));
}
