import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { settingsFileName } from '@medallion/core/project/settings.ts';
import type { ScanReport } from '@medallion/core/validate/scan.generated.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { setPage } from '../page.ts';
import { requireTrust } from '../trust.ts';
import { type FromScanPage, readScanMessage, type ToScanPage } from './messages.ts';

export interface ScanReportsOptions {
  readonly extension: vscode.Uri;
  readonly lake: LocalLake;
  /** Shows what went wrong beside the page. */
  readonly failed: (error: unknown) => void;
}

/** Reports of what of a folder's bundle or factory runs here: one panel a folder, scanned again when the window comes back. */
export class ScanReports implements vscode.WebviewPanelSerializer {
  static readonly viewType = 'medallion.scan';
  readonly #options: ScanReportsOptions;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(options: ScanReportsOptions) {
    this.#options = options;
  }

  /** Scans a folder and shows the report; a panel that stands is scanned again. */
  open(folder: string): void {
    this.#panels.get(folder)?.dispose();
    const panel = vscode.window.createWebviewPanel(ScanReports.viewType, titleOf(folder), vscode.ViewColumn.Active);
    this.#show(panel, folder);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const folder = typeof state === 'object' && state !== null && 'folder' in state ? state.folder : undefined;
    if (typeof folder === 'string') this.#show(panel, folder);
    else panel.dispose();
    return Promise.resolve();
  }

  #show(panel: vscode.WebviewPanel, folder: string): void {
    const { extension, lake, failed } = this.#options;
    this.#panels.set(folder, panel);
    const closing = new AbortController();
    panel.iconPath = new vscode.ThemeIcon('checklist');
    panel.onDidDispose(() => {
      closing.abort();
      if (this.#panels.get(folder) === panel) this.#panels.delete(folder);
    });
    const report = new ScanReportPanel(panel, folder, lake, closing.signal);
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = readScanMessage(raw);
      if (message) report.answer(message).catch(failed);
    });
    setPage(panel.webview, extension, { script: 'scan.js', style: 'scan.css', title: titleOf(folder) });
  }
}

function titleOf(folder: string): string {
  return vscode.l10n.t('What runs here: {0}', basename(folder));
}

class ScanReportPanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #folder: string;
  readonly #lake: LocalLake;
  readonly #signal: AbortSignal;
  #report: ScanReport | undefined;

  constructor(panel: vscode.WebviewPanel, folder: string, lake: LocalLake, signal: AbortSignal) {
    this.#panel = panel;
    this.#folder = folder;
    this.#lake = lake;
    this.#signal = signal;
  }

  async answer(message: FromScanPage): Promise<void> {
    switch (message.kind) {
      // The page comes again when it was out of sight.
      case 'ready':
        if (this.#report) await this.#post(this.#report);
        else await this.#scan();
        return;
      case 'scan':
        await this.#scan();
        return;
      case 'write':
        await this.#write();
        return;
      case 'open':
        await openAt(join(this.#folder, message.file), message.line);
        return;
    }
  }

  async #scan(): Promise<void> {
    const { webview } = this.#panel;
    const folder = this.#folder;
    await webview.postMessage({ kind: 'scanning', folder } satisfies ToScanPage);
    try {
      requireTrust();
      const { json } = await this.#lake.cli({ args: ['scan', folder], cwd: folder, signal: this.#signal });
      this.#report = json as ScanReport;
      await this.#post(this.#report);
    } catch (error) {
      if (this.#signal.aborted) return;
      if (!(error instanceof ExpectedError)) throw error;
      const { code, message, nextStep } = error;
      await webview.postMessage({ kind: 'error', code, message, nextStep } satisfies ToScanPage);
    }
  }

  async #post(report: ScanReport): Promise<void> {
    const name = basename(this.#folder);
    await this.#panel.webview.postMessage({
      kind: 'report',
      folder: this.#folder,
      name,
      report,
    } satisfies ToScanPage);
  }

  /** The user has asked for it: nothing is written without. */
  async #write(): Promise<void> {
    const folder = this.#folder;
    await this.#lake.cli({ args: ['scan', folder, '--write'], cwd: folder, signal: this.#signal });
    await this.#lake.refresh();
    await this.#scan();
    await openAt(join(folder, settingsFileName), 1);
  }
}

async function openAt(path: string, line: number): Promise<void> {
  const at = new vscode.Position(line - 1, 0);
  // Beside the report, which stays to be read on.
  const options = { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.Beside, preview: true };
  await vscode.window.showTextDocument(vscode.Uri.file(path), options);
}
