import * as vscode from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { formatDiagnostic } from '@medallion/core/base/diagnostic.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { requireTrust } from '../trust.ts';
import type { Command, CommandContext } from './command.ts';

export function registerCommands(commands: readonly Command[], context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map((command) =>
      vscode.commands.registerCommand(command.id, async (argument?: unknown) => {
        try {
          if (command.needsTrust) requireTrust();
          await command.run(context, argument);
        } catch (error) {
          showError(context.channel, error);
        }
      }),
    ),
  );
}

/** The edge where errors are shown: an expected one with its next step, any other as the defect that it is. */
export function showError(channel: LogOutputChannel, error: unknown): void {
  if (error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError')) return;
  const expected = error instanceof ExpectedError;
  channel.error(expected ? `${error.message} [${error.code}]` : error instanceof Error ? error : String(error));
  if (expected) for (const diagnostic of error.diagnostics) channel.error(formatDiagnostic(diagnostic));
  const message = expected
    ? `${error.message} ${error.nextStep}`
    : vscode.l10n.t('Medallion failed, and that is a defect of its own: {0}', String(error));
  const showLog = vscode.l10n.t('Show log');
  vscode.window.showErrorMessage(message, showLog).then(
    (chosen) => {
      if (chosen === showLog) channel.show();
    },
    (failure: unknown) => channel.error(String(failure)),
  );
}
