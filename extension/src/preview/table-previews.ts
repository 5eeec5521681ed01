import * as vscode from 'vscode';
import { formatTableName } from '@medallion/core/lake/names.ts';
import type { TableNode } from '@medallion/core/lake/nodes.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { showPreview } from './preview-panel.ts';
import { openTableSource } from './table-source.ts';

/** Grids over tables: one panel a table. The panels are the window's: it keeps them when it is reloaded, and hands them back. */
export class TablePreviews implements vscode.WebviewPanelSerializer {
  static readonly viewType = 'medallion.table';
  readonly #extension: vscode.Uri;
  readonly #lake: LocalLake;
  readonly #log: (message: string) => void;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(extension: vscode.Uri, lake: LocalLake, log: (message: string) => void) {
    this.#extension = extension;
    this.#lake = lake;
    this.#log = log;
  }

  open(table: TableNode): void {
    const there = this.#panels.get(table.id);
    if (there) {
      there.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(TablePreviews.viewType, titleOf(table), vscode.ViewColumn.Active);
    this.#show(panel, table);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const table = tableOf(state);
    if (table) this.#show(panel, table);
    else panel.dispose();
    return Promise.resolve();
  }

  #show(panel: vscode.WebviewPanel, table: TableNode): void {
    panel.iconPath = new vscode.ThemeIcon('table');
    this.#panels.set(table.id, panel);
    panel.onDidDispose(() => this.#panels.delete(table.id));
    showPreview(panel, {
      extension: this.#extension,
      title: titleOf(table),
      restore: table,
      open: () => openTableSource(table, this.#lake),
      onDidRecover: this.#lake.onDidChange,
      log: (message) => this.#log(`${table.label}: ${message}`),
    });
  }
}

function titleOf({ name, label }: TableNode): string {
  return name ? formatTableName({ ...name }) : label;
}

/** The page keeps the node in its state; another version's state is not taken. */
function tableOf(state: unknown): TableNode | undefined {
  if (typeof state !== 'object' || state === null || !('restore' in state)) return undefined;
  const { restore } = state;
  if (typeof restore !== 'object' || restore === null || !('kind' in restore) || !('place' in restore))
    return undefined;
  return restore.kind === 'table' ? (restore as TableNode) : undefined;
}
