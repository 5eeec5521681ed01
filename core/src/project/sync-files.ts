import { posix } from 'node:path';
import ignore from 'ignore';
import { at, itemsAt, textAt, type ConfigMap } from './config-node.ts';

/** What `sync` says of a bundle's files. Every path is relative to the project's root. */
export interface SyncRules {
  /** The folder that becomes `workspace.file_path`: the bundle's own, or the one around it that holds every path. */
  readonly root: string;
  /** Undefined where the bundle says nothing: then it is the bundle's folder. */
  readonly paths: readonly string[] | undefined;
  /** Names files, those that git ignores too, that go with the paths. */
  readonly included: (file: string) => boolean;
  /** Takes out files, whoever brought them in. */
  readonly excluded: (file: string) => boolean;
  /** The patterns, as paths from the project's root. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Reads `sync` as the Databricks CLI does: each entry is relative to the file that holds it, patterns are those of a .gitignore. */
export function syncRules(config: ConfigMap, folder: string): SyncRules {
  const written = at(config, 'sync', 'paths');
  const paths = written === undefined ? undefined : entries(config, 'paths');
  const root = commonFolder([folder, ...(paths ?? [])], folder);
  const include = entries(config, 'include');
  const exclude = entries(config, 'exclude');
  return {
    root,
    paths,
    included: matcher(include, root),
    excluded: matcher(exclude, root),
    include,
    exclude,
  };
}

/**
 * A path of the project as it lies below the root of the sync, which may be above the project's own: then the names of the folders
 * between them stand in it. @param project absolute
 */
export function belowSyncRoot(project: string, root: string, path: string): string {
  return posix.relative(posix.join(project, root), posix.join(project, path));
}

export function isBelow(file: string, folder: string): boolean {
  if (climbs(folder) === partsOf(folder).length) return climbs(file) <= climbs(folder);
  return file === folder || file.startsWith(`${folder}/`);
}

/** How many folders above the project's root a path begins. */
function climbs(path: string): number {
  return partsOf(path).filter((part) => part === '..').length;
}

function partsOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('/');
}

function entries(config: ConfigMap, list: 'paths' | 'include' | 'exclude'): readonly string[] {
  return itemsAt(config, 'sync', list).flatMap((item) => {
    const text = textAt(item);
    return text === undefined ? [] : [plain(posix.join(posix.dirname(item.range.file), text.replaceAll('\\', '/')))];
  });
}

/** The bundle's folder, or as many folders above it as the path that climbs highest asks for. */
function commonFolder(paths: readonly string[], folder: string): string {
  let root = folder;
  while (!paths.every((path) => isBelow(path, root))) {
    root = climbs(root) === partsOf(root).length ? posix.join('..', root) : plain(posix.dirname(root));
  }
  return root;
}

function matcher(patterns: readonly string[], root: string): (file: string) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore().add(patterns.map((pattern) => posix.relative(root, pattern)));
  return (file) => isBelow(file, root) && file !== root && rules.ignores(posix.relative(root, file));
}

function plain(path: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '');
  return normal === '.' ? '' : normal;
}
