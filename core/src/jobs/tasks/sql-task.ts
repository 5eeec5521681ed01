import { at } from '../../project/config-node.ts';
import { profileText, warehouseProfile } from '../compute-profile.ts';
import { readTaskFile, taskFile } from '../task-file.ts';
import type { PreparedTask, TaskKind, TaskPlace } from '../task-kind.ts';
import { refuse } from './refuse.ts';
import { scriptOutcome } from './script-outcome.ts';

/** A file of SQL on a warehouse. */
export const sqlTask: TaskKind = (place) => {
  const { body } = place.task;
  if (!at(body, 'file')) {
    const inWorkspace = ['dashboard', 'alert', 'query'].find((part) => at(body, part));
    return inWorkspace === undefined
      ? refuse('the sql_task names no file')
      : refuse(`a sql_task of a ${inWorkspace}, which lives in a workspace, is not emulated`);
  }
  const found = taskFile(place, at(body, 'file', 'path'));
  if (found.runs) return found;
  return { runs: 'here', reason: '', sqlFiles: [found.file], prepare: () => prepare(place, found.file) };
};

async function prepare(place: TaskPlace, file: string): Promise<PreparedTask> {
  const { bytes, sha256 } = await readTaskFile(place, file);
  const source = { text: bytes.toString('utf8'), file };
  return {
    files: [{ file, sha256 }],
    profile: profileText(warehouseProfile),
    fingerprint: { ...warehouseProfile },
    run: async ({ engine, parameters, checks, signal }) =>
      scriptOutcome(await engine.runScript({ source, parameters, profile: warehouseProfile, checks }, signal)),
  };
}
