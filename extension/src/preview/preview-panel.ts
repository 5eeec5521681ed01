import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { setPage } from '../page.ts';
import { csvText } from './csv-text.ts';
import { type FromPage, readMessage, type ToPage } from './messages.ts';
import type { PreviewSource } from './preview-source.ts';

export interface PreviewPanelOptions {
  readonly extension: vscode.Uri;
  readonly title: string;
  /** Handed to the page, which keeps it in its state: what a serializer needs to open the panel again. */
  readonly restore?: unknown;
  readonly open: () => Promise<PreviewSource>;
  /** Fires when a source that could not be opened may be there now. */
  readonly onDidRecover: vscode.Event<unknown>;
  /** Fires when `open` leads to another source. */
  readonly onDidChange?: vscode.Event<unknown>;
  readonly log: (message: string) => void;
}

/** Binds a webview to a source: opens it when the page asks (again after a failure), answers its questions, closes it. */
export function showPreview(panel: vscode.WebviewPanel, options: PreviewPanelOptions): void {
  const closing = new AbortController();
  let opened: Promise<PreviewSource> | undefined;
  let hasFailed = false;
  // Counts what was opened: a question to a source that was closed since has no answer, and that is no failure.
  let life = 0;
  const post = (message: ToPage) => panel.webview.postMessage(message);
  const source = () => {
    hasFailed = false;
    return (opened ??= options.open());
  };

  const shown = async () => {
    await post({ kind: 'open', ...(await source()).facts, restore: options.restore });
  };
  const answer = async (message: FromPage): Promise<void> => {
    switch (message.kind) {
      case 'reload':
        life += 1;
        await close();
        await shown();
        return;
      case 'ready':
        await shown();
        return;
      case 'start':
        await vscode.commands.executeCommand('medallion.azure.start');
        return;
      case 'rows': {
        const { start, count } = message;
        const reading = await source();
        const { rows, more } = await reading.readRows(start, count, closing.signal);
        await post({ kind: 'rows', start, rows, more, cost: reading.cost() });
        return;
      }
      case 'copyCsv':
        await copyCsv(await source(), closing.signal);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
    }
  };
  const failed = async (error: unknown, asked: number): Promise<void> => {
    if (closing.signal.aborted || asked !== life) return;
    options.log(error instanceof ExpectedError ? `${error.message} [${error.code}]` : describeBug(error));
    await close();
    hasFailed = true;
    await post({ kind: 'error', ...describeError(error), canStart: isStopped(error) });
  };
  const close = async (): Promise<void> => {
    const closed = opened;
    opened = undefined;
    const reading = await closed?.catch(() => undefined);
    await reading?.[Symbol.asyncDispose]();
  };

  panel.webview.onDidReceiveMessage((raw: unknown) => {
    const message = readMessage(raw);
    if (!message) return;
    const asked = message.kind === 'reload' ? life + 1 : life;
    answer(message)
      .catch((error: unknown) => failed(error, asked))
      .catch((error: unknown) => options.log(describeBug(error)));
  });
  const recovering = options.onDidRecover(() => {
    if (hasFailed) void post({ kind: 'changed', isOther: false });
  });
  const changing = options.onDidChange?.(() => void post({ kind: 'changed', isOther: true }));
  panel.onDidDispose(() => {
    closing.abort();
    recovering.dispose();
    changing?.dispose();
    close().catch((error: unknown) => options.log(describeBug(error)));
  });
  setPage(panel.webview, options.extension, { script: 'preview.js', style: 'preview.css', title: options.title });
}

/** A clipboard is no file: of more rows than these the first are copied, and that is said. */
const copiedRows = 10_000;

async function copyCsv(source: PreviewSource, signal: AbortSignal): Promise<void> {
  const { rows, more } = await source.readRows(0, copiedRows, signal);
  await vscode.env.clipboard.writeText(
    csvText(
      source.facts.columns.map(({ name }) => name),
      rows,
    ),
  );
  const count = rows.length.toLocaleString('en');
  const said = more ? vscode.l10n.t('Copied the first {0} rows', count) : vscode.l10n.t('Copied {0} rows', count);
  vscode.window.setStatusBarMessage(said, 3000);
}

function describeError(error: unknown): { code: string; message: string; nextStep: string } {
  if (error instanceof ExpectedError) {
    const { code, message, nextStep } = error;
    return { code, message, nextStep };
  }
  return { code: 'internal', message: String(error), nextStep: 'This is a defect of Medallion: see its log.' };
}

/** Nothing runs: other than a failure of what runs, this has one button as its way out. */
function isStopped(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'emulator.not-running';
}

function describeBug(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
