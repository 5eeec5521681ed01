import type { Readable } from 'node:stream';

/** A whole blob: it becomes visible complete or not at all, and replaces one of the same name. */
export interface WholeBlob {
  readonly container: string;
  /** With `/` between its parts. */
  readonly name: string;
  readonly contentType: string;
  /** Bytes that `open` will give. */
  readonly length: number;
  readonly open: () => Readable;
}

/** All that Capture needs of a storage account. */
export interface BlobWriter {
  /** Resolves when the blob is stored; rejects with an EmulatorError when it is not. */
  put(blob: WholeBlob): Promise<void>;
}
