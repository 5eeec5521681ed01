import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { type FromPage, readMessage, type ToPage } from './messages.ts';
import { setPage } from './preview-page.ts';
import type { PreviewSource } from './preview-source.ts';

export interface PreviewPanelOptions {
  readonly extension: vscode.Uri;
  readonly title: string;
  /** Handed to the page, which keeps it in its state: what a serializer needs to open the panel again. */
  readonly restore?: unknown;
  readonly open: () => Promise<PreviewSource>;
  readonly log: (message: string) => void;
}

/** Binds a webview to a source: opens it when the page is ready (again after a failure), answers its questions, closes it. */
export function showPreview(panel: vscode.WebviewPanel, options: PreviewPanelOptions): void {
  const closing = new AbortController();
  let opened: Promise<PreviewSource> | undefined;
  const post = (message: ToPage) => panel.webview.postMessage(message);
  const source = () => (opened ??= options.open());

  const answer = async (message: FromPage): Promise<void> => {
    switch (message.kind) {
      case 'ready':
        await post({ kind: 'open', ...(await source()).facts, restore: options.restore });
        return;
      case 'rows': {
        const { start, count } = message;
        const reading = await source();
        const { rows, more } = await reading.readRows(start, count, closing.signal);
        await post({ kind: 'rows', start, rows, more, cost: reading.cost() });
        return;
      }
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
    }
  };
  const failed = async (error: unknown): Promise<void> => {
    if (closing.signal.aborted) return;
    options.log(error instanceof ExpectedError ? `${error.message} [${error.code}]` : describeBug(error));
    await close();
    await post({ kind: 'error', ...describeError(error) });
  };
  const close = async (): Promise<void> => {
    const closed = opened;
    opened = undefined;
    const reading = await closed?.catch(() => undefined);
    await reading?.[Symbol.asyncDispose]();
  };

  panel.webview.onDidReceiveMessage((raw: unknown) => {
    const message = readMessage(raw);
    if (message)
      answer(message)
        .catch(failed)
        .catch((error: unknown) => options.log(describeBug(error)));
  });
  panel.onDidDispose(() => {
    closing.abort();
    close().catch((error: unknown) => options.log(describeBug(error)));
  });
  setPage(panel.webview, options.extension, options.title);
}

function describeError(error: unknown): { code: string; message: string; nextStep: string } {
  if (error instanceof ExpectedError) {
    const { code, message, nextStep } = error;
    return { code, message, nextStep };
  }
  return { code: 'internal', message: String(error), nextStep: 'This is a defect of Medallion: see its log.' };
}

function describeBug(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
