import type { WorkspaceFile } from '../../../kit/executors.ts';
import { DatabricksError, invalid } from '../errors.ts';
import type { DatabricksState } from '../state.ts';
import { contentFile, keepContent } from './content.ts';
import type { NotebookLanguage, WorkspaceObject } from './records.ts';

/** `/Workspace/Users/x/` and `/Users/x` are one path; this is its normal form. */
export function normalPath(path: string): string {
  if (!path.startsWith('/')) throw invalid(`Path (${path}) doesn't start with '/'`);
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw invalid(`Path (${path}) is not normalized.`);
  if (segments[0] === 'Workspace') segments.shift();
  return `/${segments.join('/')}`;
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

export function objectAt(state: DatabricksState, path: string): WorkspaceObject {
  const found = state.workspace.get(path);
  if (!found) throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `Path (${path}) doesn't exist.`);
  return found;
}

/** Direct children by path. */
export function childrenOf(state: DatabricksState, path: string): readonly (readonly [string, WorkspaceObject])[] {
  return state.workspace
    .entries()
    .filter(([child]) => child !== '/' && parentOf(child) === path)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Makes a directory with all its parents; one that is there stays as it is. */
export function makeDirectories(state: DatabricksState, path: string): void {
  state.journal.together(() => {
    const missing: string[] = [];
    for (let at = path; ; at = parentOf(at)) {
      const found = state.workspace.get(at);
      if (found && found.type !== 'DIRECTORY') {
        throw new DatabricksError('RESOURCE_ALREADY_EXISTS', `Cannot create directory ${path}: ${at} is no directory.`);
      }
      if (!found) missing.unshift(at);
      if (at === '/') break;
    }
    for (const directory of missing) state.workspace.set(directory, newObject(state, { type: 'DIRECTORY', size: 0 }));
  });
}

/** The folders that every workspace has, and the caller's home. */
export function ensureHome(state: DatabricksState, userName: string): void {
  for (const path of ['/Shared', '/Repos', `/Users/${userName}`]) {
    if (!state.workspace.has(path)) makeDirectories(state, path);
  }
}

export interface NewContent {
  readonly path: string;
  readonly content: Buffer;
  /** Set for a notebook. */
  readonly language: NotebookLanguage | undefined;
}

/** Puts a file or notebook where nothing, or an older one of the same type, is. The caller has checked that it may overwrite. */
export function putContent(state: DatabricksState, { path, content, language }: NewContent): WorkspaceObject {
  if (state.workspace.get(parentOf(path))?.type !== 'DIRECTORY') {
    throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `The parent folder (${parentOf(path)}) does not exist.`);
  }
  const type = language === undefined ? 'FILE' : 'NOTEBOOK';
  const old = state.workspace.get(path);
  if (old && old.type !== type) {
    throw invalid(`Cannot overwrite the asset at ${path} due to type mismatch (asked: ${type}, actual: ${old.type})`);
  }
  return state.journal.together(() => {
    const written = newObject(state, {
      type,
      size: content.length,
      content: keepContent(state.folder, content),
      ...(language === undefined ? {} : { language }),
    });
    const kept = old ? { ...old, ...written, objectId: old.objectId, createdAt: old.createdAt } : written;
    state.workspace.set(path, kept);
    return kept;
  });
}

type NewObject = Omit<WorkspaceObject, 'objectId' | 'createdAt' | 'modifiedAt'>;

function newObject(state: DatabricksState, fields: NewObject): WorkspaceObject {
  const now = Date.now();
  return { ...fields, objectId: state.nextId(), createdAt: now, modifiedAt: now };
}

/** @throws DatabricksError `DIRECTORY_NOT_EMPTY` where children exist and `recursive` was not said. */
export function removeTree(state: DatabricksState, path: string, recursive: boolean): void {
  objectAt(state, path);
  if (path === '/') throw invalid('The root folder cannot be deleted.');
  const inside = state.workspace.entries().filter(([child]) => child.startsWith(`${path}/`));
  if (inside.length > 0 && !recursive) {
    throw new DatabricksError('DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`);
  }
  state.journal.together(() => {
    for (const [child] of inside) state.workspace.delete(child);
    state.workspace.delete(path);
  });
}

/** Every file and notebook, for what runs on the workspace's compute. */
export function workspaceFiles(state: DatabricksState): readonly WorkspaceFile[] {
  return state.workspace.entries().flatMap(([path, { content, language }]): readonly WorkspaceFile[] => {
    if (content === undefined) return [];
    return [{ path, contentFile: contentFile(state.folder, content), ...(language ? { language } : {}) }];
  });
}
