import { parentPort } from 'node:worker_threads';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { openPreview } from '@medallion/core/formats/index.ts';
import { bytesSource } from '@medallion/core/formats/range-source.ts';

/** Reads files as the extension host does, in a thread that can be ended where it does not come back. */
export interface HostRequest {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** `bug`: what was thrown is no ExpectedError. */
export type HostAnswer =
  | { readonly kind: 'read'; readonly rows: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'bug'; readonly stack: string };

parentPort?.on('message', (request: HostRequest) => {
  void read(request).then((answer) => parentPort?.postMessage(answer));
});

async function read({ name, bytes }: HostRequest): Promise<HostAnswer> {
  try {
    const file = await openPreview(bytesSource(name, bytes));
    const { rows } = await file.readRows(0, 100);
    return { kind: 'read', rows: rows.length };
  } catch (error) {
    if (error instanceof ExpectedError) return { kind: 'refused', code: error.code };
    return { kind: 'bug', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
