import * as vscode from 'vscode';
import type { LocalLake } from './local-lake.ts';

/** Watches another folder where the workspace or the setting names another one. */
export function followWorkspace(lake: LocalLake, failed: (error: unknown) => void): vscode.Disposable {
  const again = () => void lake.watch().catch(failed);
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeWorkspaceFolders(again),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('medallion.project.folder')) again();
    }),
  );
}
