import { join } from 'node:path';
import type { ProgramRequest } from '../../python/run-program.ts';
import type { TaskPlace } from '../task-kind.ts';

/** What a program opens below `${workspace.file_path}` are the bundle's own files, which lie here. */
export function workspaceFiles({ root, job }: TaskPlace): Pick<ProgramRequest, 'workspace'> {
  const { root: folder = '', workspacePath: path = '' } = job.files ?? {};
  return path === '' ? {} : { workspace: { path, folder: join(root, folder) } };
}
