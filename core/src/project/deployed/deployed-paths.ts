import { posix } from 'node:path';
import { mapAt, scalar, textAt, type ConfigMap, type ConfigNode } from '../config-node.ts';
import { belowSyncRoot } from '../sync-files.ts';
import { mapAtPattern, pattern, type ConfigPattern } from '../config-pattern.ts';

/** Where a bundle's folders are, here and in the workspace. */
export interface PathPlaces {
  /** The project's root, absolute. */
  readonly project: string;
  /** The folder that goes to `filePath`, relative to the project's root. */
  readonly syncRoot: string;
  /** `workspace.file_path`. */
  readonly filePath: string;
}

/** How the Databricks CLI writes a path of a file that lies here. Undefined where it leaves the text alone. */
type Translate = (path: string, places: PathPlaces, file: string) => string | undefined;

const endings = /\.(py|r|scala|sql|ipynb)$/i;

const toFile: Translate = (path, { project, syncRoot, filePath }, file) => {
  const local = localPath(path, file);
  return local === undefined ? undefined : posix.join(filePath, belowSyncRoot(project, syncRoot, local));
};
/** A notebook loses its ending in the workspace. */
const toNotebook: Translate = (path, places, file) => toFile(path, places, file)?.replace(endings, '');
/** A library stays here: it is uploaded elsewhere, by whoever built it. */
const toLibrary: Translate = (path, { project, syncRoot }, file) => {
  const local = localPath(path, file);
  return local === undefined ? undefined : belowSyncRoot(project, syncRoot, local);
};

/** A dependency of an environment is a package unless it looks like a file; `-r` and `-e` name files too. */
const toDependency: Translate = (path, places, file) => {
  const flagged = /^(-r|-e) +(.+)$/.exec(path);
  if (flagged) {
    const translated = toFile((flagged[2] ?? '').trim(), places, file);
    return translated === undefined ? undefined : `${flagged[1] ?? ''} ${translated}`;
  }
  const isFile = path.startsWith('.') || (!path.startsWith('-') && /\.(whl|jar|txt|zip|gz)$/.test(path));
  const local = isFile ? toLibrary(path, places, file) : undefined;
  return local === undefined || local.startsWith('.') ? local : `./${local}`;
};

const taskPaths: readonly (readonly [string, Translate])[] = [
  ['notebook_task.notebook_path', toNotebook],
  ['spark_python_task.python_file', toFile],
  ['dbt_task.project_directory', toFile],
  ['sql_task.file.path', toFile],
  ['alert_task.workspace_path', toFile],
  ['libraries.*.requirements', toFile],
  ['libraries.*.whl', toLibrary],
  ['libraries.*.jar', toLibrary],
];

const jobPaths: readonly (readonly [ConfigPattern, Translate])[] = [
  ...taskPaths.map(([path, translate]) => [pattern(`tasks.*.${path}`), translate] as const),
  ...taskPaths.map(([path, translate]) => [pattern(`tasks.*.for_each_task.task.${path}`), translate] as const),
  [pattern('environments.*.spec.dependencies.*'), toDependency],
];

const pipelinePaths: readonly (readonly [ConfigPattern, Translate])[] = [
  [pattern('libraries.*.notebook.path'), toNotebook],
  [pattern('libraries.*.file.path'), toFile],
  [pattern('libraries.*.glob.include'), toFile],
  [pattern('root_path'), toFile],
  [pattern('environment.dependencies.*'), toDependency],
];

const appPaths: readonly (readonly [ConfigPattern, Translate])[] = [[pattern('source_code_path'), toFile]];

const pathsOf = { jobs: jobPaths, pipelines: pipelinePaths, apps: appPaths } as const;

/** A resource with its paths as they are deployed. A job with a git_source takes its files from there. */
export function withDeployedPaths(kind: keyof typeof pathsOf, resource: ConfigMap, places: PathPlaces): ConfigMap {
  if (mapAt(resource, 'git_source')) return resource;
  return pathsOf[kind].reduce<ConfigMap>((result, [steps, translate]) => {
    const changed = mapAtPattern(result, steps, (node) => translated(node, places, translate));
    return changed.kind === 'map' ? changed : result;
  }, resource);
}

function translated(node: ConfigNode, places: PathPlaces, translate: Translate): ConfigNode {
  const path = textAt(node);
  const found = path === undefined ? undefined : translate(path, places, node.range.file);
  return found === undefined ? node : scalar(found, node.range);
}

/** Relative to the project's root; undefined for what does not lie here. */
function localPath(path: string, file: string): string | undefined {
  if (path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path) || path.includes('${')) return undefined;
  return posix.normalize(posix.join(posix.dirname(file), path.replaceAll('\\', '/')));
}
