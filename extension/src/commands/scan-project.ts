import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** Shows what of a folder's bundle or factory runs here, and offers to write the `medallion.yaml` that was inferred. */
export const scanProject: Command = {
  id: 'medallion.project.scan',
  needsTrust: true,
  async run({ lake, scans }) {
    const folder = lake.folder?.path ?? (await chooseFolder());
    if (folder !== undefined) scans.open(folder);
  },
};

async function chooseFolder(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
  return chosen?.[0]?.fsPath;
}
