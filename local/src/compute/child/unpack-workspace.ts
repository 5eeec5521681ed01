import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mapConcurrently } from '@medallion/core/base/concurrency.ts';
import type { WorkspaceFile } from '@medallion/emulator/kit/executors.ts';

const extensions: Readonly<Record<NonNullable<WorkspaceFile['language']>, string>> = {
  PYTHON: '.py',
  SQL: '.sql',
  SCALA: '.scala',
  R: '.r',
};

/** Where a path of the workspace lies in an unpacked folder, relative to it; undefined where the workspace has no such file. */
export type LocateInFolder = (workspacePath: string) => string | undefined;

/**
 * Writes the workspace's files below `folder` as copies, which a task may change without changing the workspace. Notebooks get
 * the extension that they have in a bundle.
 */
export async function unpackWorkspace(
  folder: string,
  files: readonly WorkspaceFile[],
): Promise<{ readonly locate: LocateInFolder; readonly files: readonly string[] }> {
  const unpacked = new Map<string, string>();
  await mapConcurrently(files, 8, async (file) => {
    const relative = `Workspace${file.path}${await extensionOf(file)}`;
    await mkdir(dirname(join(folder, relative)), { recursive: true });
    await copyFile(file.contentFile, join(folder, relative));
    unpacked.set(file.path, relative);
  });
  return {
    locate: (path) => unpacked.get(path.replace(/^\/Workspace(?=\/)/, '')),
    files: [...unpacked.values()],
  };
}

/** A Jupyter notebook keeps its own form in the workspace: it is the one that is JSON. */
async function extensionOf({ language, contentFile }: WorkspaceFile): Promise<string> {
  if (language === undefined) return '';
  if (language !== 'PYTHON') return extensions[language];
  const start = (await readFile(contentFile, 'utf8')).trimStart();
  return start.startsWith('{') ? '.ipynb' : extensions.PYTHON;
}
