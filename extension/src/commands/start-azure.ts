import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Command, CommandContext } from './command.ts';
import { withCancel } from './with-cancel.ts';

export const startAzure: Command = {
  id: 'medallion.azure.start',
  needsTrust: true,
  async run(context) {
    const set = vscode.workspace.getConfiguration('medallion').get<number | null>('azure.portBase', null);
    try {
      await start(context, set ?? undefined);
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.code !== 'emulator.port-in-use' || set === 0) throw error;
      const free = vscode.l10n.t('Use free ports');
      if ((await vscode.window.showErrorMessage(error.message, free)) === free) await start(context, 0);
    }
  },
};

async function start({ lake }: CommandContext, portBase: number | undefined): Promise<void> {
  const options = { location: { viewId: 'medallion.lakehouse' }, cancellable: false };
  await vscode.window.withProgress(options, (progress, token) =>
    withCancel(token, (signal) => lake.start(portBase, signal, (message) => progress.report({ message }))),
  );
}
