import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { settingsFileName } from '@medallion/core/project/settings.ts';

export interface ProjectFolder {
  /** Absolute, on disk. */
  readonly path: string;
  /** True where it holds a project that Medallion opens as it is. */
  readonly hasProject: boolean;
  /** True where the project has a medallion.yaml. */
  readonly hasSettings: boolean;
}

const projectFiles = [settingsFileName, 'databricks.yml', 'databricks.yaml'];

/** The folder that the window works on; undefined where no folder on disk is open. */
export function projectFolder(): ProjectFolder | undefined {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const [first] = folders;
  if (!first) return undefined;
  const set = vscode.workspace.getConfiguration('medallion').get<string>('project.folder', '');
  if (set !== '') return described(isAbsolute(set) ? set : join(first.uri.fsPath, set));
  const all = folders.map(({ uri }) => described(uri.fsPath));
  return all.find(({ hasProject }) => hasProject) ?? described(first.uri.fsPath);
}

function described(path: string): ProjectFolder {
  const has = (file: string) => existsSync(join(path, file));
  return { path, hasProject: projectFiles.some(has), hasSettings: has(settingsFileName) };
}
