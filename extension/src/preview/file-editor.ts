import { posix } from 'node:path';
import type * as vscode from 'vscode';
import type { LocalLake } from '../lake/local-lake.ts';
import { openFileSource } from './file-source.ts';
import { showPreview } from './preview-panel.ts';

/** The read-only editor of data files: range reads in the extension host, no native module. */
export class FileEditor implements vscode.CustomReadonlyEditorProvider {
  readonly #extension: vscode.Uri;
  readonly #lake: LocalLake;
  readonly #channel: vscode.LogOutputChannel;

  constructor(extension: vscode.Uri, lake: LocalLake, channel: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#lake = lake;
    this.#channel = channel;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    showPreview(panel, {
      extension: this.#extension,
      title: posix.basename(uri.path),
      open: () => openFileSource(uri, this.#lake),
      onDidRecover: this.#lake.onDidChange,
      log: (message) => this.#channel.warn(`${uri.path}: ${message}`),
    });
  }
}
