import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { settingsFileName } from '@medallion/core/project/settings.ts';
import type { ScanReport } from '@medallion/core/validate/scan.generated.ts';
import { scanDocument, scanTotals } from '../scan-document.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import type { Command } from './command.ts';
import { withCancel } from './with-cancel.ts';

/** Lists what of a folder's bundle or factory runs here, and offers to write the `medallion.yaml` that was inferred. */
export const scanProject: Command = {
  id: 'medallion.project.scan',
  needsTrust: true,
  async run({ lake }) {
    const folder = lake.folder?.path ?? (await chooseFolder());
    if (folder === undefined) return;
    const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Scanning {0}', folder) };
    const report = await vscode.window.withProgress({ ...options, cancellable: true }, (_progress, token) =>
      withCancel(token, async (signal) => {
        const { json } = await lake.cli({ args: ['scan', folder], cwd: folder, signal });
        return json as ScanReport;
      }),
    );
    const content = scanDocument(folder, report);
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document, { preview: true });
    if (!existsSync(join(folder, settingsFileName))) await offerSettings(lake, folder, report);
  },
};

async function chooseFolder(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
  return chosen?.[0]?.fsPath;
}

/** Nothing is written without consent. */
async function offerSettings(lake: LocalLake, folder: string, report: ScanReport): Promise<void> {
  const write = vscode.l10n.t('Write medallion.yaml');
  if ((await vscode.window.showInformationMessage(scanTotals(report), write)) !== write) return;
  await lake.cli({ args: ['scan', folder, '--write'], cwd: folder });
  await vscode.window.showTextDocument(vscode.Uri.file(join(folder, settingsFileName)));
  await lake.refresh();
}
