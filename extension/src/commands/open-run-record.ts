import { join } from 'node:path';
import * as vscode from 'vscode';
import { isJobNode, type Command } from './command.ts';

/** A run's record as it lies in the state folder: everything that the run knows. */
export const openRunRecord: Command = {
  id: 'medallion.job.openRecord',
  async run({ lake }, argument) {
    if (!lake.folder || !isJobNode(argument) || argument.kind !== 'run') return;
    const file = join(lake.folder.path, '.medallion', 'runs', `${argument.run.id}.json`);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
  },
};
