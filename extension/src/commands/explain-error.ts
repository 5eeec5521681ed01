import * as vscode from 'vscode';
import { type Command, isLakeNode } from './command.ts';

/** A failed load's whole reason: the tree has room for its first words only. */
export const explainError: Command = {
  id: 'medallion.lakehouse.explainError',
  async run({ view, channel }, argument) {
    if (!isLakeNode(argument) || argument.kind !== 'error') return;
    const again = vscode.l10n.t('Try again');
    const log = vscode.l10n.t('Show log');
    const text = `${argument.message} ${argument.nextStep} [${argument.code}]`;
    const chosen = await vscode.window.showErrorMessage(text, again, log);
    if (chosen === again) view.refresh(argument);
    if (chosen === log) channel.show();
  },
};
