import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { placeOf } from './lake-uri.ts';

/** Whole files are held in memory by the editor that asks for them; larger ones are previewed by ranges. */
const readLimitBytes = 50_000_000;

/** The lake's files, read-only. Parquet editors read by ranges and do not come through `readFile`. */
export class LakeFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #lake: LocalLake;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(lake: LocalLake) {
    this.#lake = lake;
  }

  /** The lake does not push changes; an editor that is opened again reads anew. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const place = placeOf(uri);
    if (place.path === '') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    return await found(uri, async () => {
      const { isDirectory, size, modifiedAt } = await this.#lake.storage.properties(place);
      const type = isDirectory ? vscode.FileType.Directory : vscode.FileType.File;
      const mtime = modifiedAt.getTime();
      return { type, ctime: mtime, mtime, size, permissions: vscode.FilePermission.Readonly };
    });
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return await found(uri, async () => {
      const place = placeOf(uri);
      const names: [string, vscode.FileType][] = [];
      if (place.container === '') {
        for await (const container of this.#lake.storage.containers())
          names.push([container, vscode.FileType.Directory]);
        return names;
      }
      for await (const { path, isDirectory } of this.#lake.storage.list(place, { recursive: false })) {
        names.push([
          path.slice(path.lastIndexOf('/') + 1),
          isDirectory ? vscode.FileType.Directory : vscode.FileType.File,
        ]);
      }
      return names;
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await found(uri, async () => {
      const { storage } = this.#lake;
      const place = placeOf(uri);
      const { size } = await storage.properties(place);
      if (size <= readLimitBytes) return await storage.read(place);
      throw new ExpectedError({
        code: 'file.too-large',
        message: `${place.path} has ${size.toLocaleString('en')} bytes, too many to open as a text.`,
        nextStep: 'Download it, or query it.',
      });
    });
  }

  createDirectory = readOnly;
  writeFile = readOnly;
  delete = readOnly;
  rename = readOnly;

  dispose(): void {
    this.#changed.dispose();
  }
}

function readOnly(): never {
  throw vscode.FileSystemError.NoPermissions('The lake is read-only here: write to it with a job.');
}

const missing = ['storage.not-found', 'storage.container-not-found'];

/** The editor's own errors, so that a missing file is one for the workbench too. */
async function found<T>(uri: vscode.Uri, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    if (missing.includes(error.code)) throw vscode.FileSystemError.FileNotFound(uri);
    throw vscode.FileSystemError.Unavailable(`${error.message} ${error.nextStep}`);
  }
}
