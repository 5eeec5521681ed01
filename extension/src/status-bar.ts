import * as vscode from 'vscode';
import type { AzureState, LocalLake } from './lake/local-lake.ts';

interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly command: string | undefined;
}

/** The extension's one status bar item: whether local Azure runs. Hidden where no folder is open. */
export function registerStatusBar(lake: LocalLake): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('medallion.azure', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Medallion';
  const show = (state: AzureState) => {
    const status = statusOf(state);
    if (!status) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.command = status.command;
    item.accessibilityInformation = { label: status.tooltip };
    item.show();
  };
  show(lake.state);
  return vscode.Disposable.from(item, lake.onDidChange(show));
}

export function statusOf(state: AzureState): StatusText | undefined {
  switch (state.kind) {
    case 'unavailable':
      return undefined;
    case 'stopped':
      return {
        text: '$(circle-outline) Local Azure',
        tooltip: vscode.l10n.t('Local Azure is stopped. Select to start it.'),
        command: 'medallion.azure.start',
      };
    case 'starting':
      return {
        text: '$(loading~spin) Local Azure',
        tooltip: vscode.l10n.t('Local Azure is starting.'),
        command: 'medallion.log.show',
      };
    case 'running':
      return {
        text: '$(pass-filled) Local Azure',
        tooltip: vscode.l10n.t(
          'Local Azure runs (pid {0}, started by {1}). Storage: {2}',
          state.description.pid,
          state.description.startedBy,
          state.description.endpoints.dfs,
        ),
        command: 'medallion.lakehouse.focus',
      };
  }
}
