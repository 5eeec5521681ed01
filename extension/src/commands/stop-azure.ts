import * as vscode from 'vscode';
import type { Command } from './command.ts';

export const stopAzure: Command = {
  id: 'medallion.azure.stop',
  async run({ lake }) {
    await vscode.window.withProgress({ location: { viewId: 'medallion.lakehouse' } }, () => lake.stop());
  },
};
