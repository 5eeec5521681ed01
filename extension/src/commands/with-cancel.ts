import * as vscode from 'vscode';

/** Runs `work` under a signal that the progress' cancel button aborts. */
export async function withCancel<T>(
  token: vscode.CancellationToken,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const listening = token.onCancellationRequested(() => controller.abort(new vscode.CancellationError()));
  try {
    return await work(controller.signal);
  } finally {
    listening.dispose();
  }
}
