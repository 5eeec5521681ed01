import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { pythonSettings } from '@medallion/core/project/python-settings.ts';
import { settingsFileName } from '@medallion/core/project/settings.ts';
import { findPython } from '@medallion/core/python/find-python.ts';
import type { WorkspaceFile } from '@medallion/emulator/kit/executors.ts';
import type { Compute } from './compute.ts';
import { type LocateInFolder, unpackWorkspace } from './unpack-workspace.ts';

/** The workspace as a folder of a run's own. Disposing removes it. */
export interface WorkspaceCopy extends AsyncDisposable {
  /** Absolute. */
  readonly root: string;
  readonly locate: LocateInFolder;
  /** Relative to the root. */
  readonly files: readonly string[];
}

/** Copies it below the compute's scratch folder, with the choice of Python that the project has made. */
export async function copyWorkspace(
  { scratchFolder, stateFolder }: Compute,
  run: string,
  workspace: readonly WorkspaceFile[],
): Promise<WorkspaceCopy> {
  await mkdir(scratchFolder, { recursive: true });
  const root = await mkdtemp(join(scratchFolder, `run-${run}-`));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    const { locate, files } = await unpackWorkspace(root, workspace);
    const interpreter = await interpreterOf(dirname(stateFolder));
    // JSON is YAML, whatever stands in a path.
    if (interpreter !== undefined) {
      await writeFile(join(root, settingsFileName), JSON.stringify({ python: { interpreter } }));
    }
    return { root, locate, files, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The state folder stands in the project. Where that has no Python, what needs one says so. */
async function interpreterOf(project: string): Promise<string | undefined> {
  try {
    return findPython({ root: project, ...(await pythonSettings(project)) }).interpreter;
  } catch (error) {
    if (error instanceof ExpectedError) return undefined;
    throw error;
  }
}
