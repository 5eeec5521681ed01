import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { type Column, columnOf, leavesOf, type ParquetField } from './columns.ts';
import { footer, pageHeader, type WrittenChunk, type WrittenGroup } from './footer.ts';

const compress = promisify(zstdCompress);
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A row group is written when its values take this much, or its rows are this many: small enough to be read in parallel. */
const groupBytes = 24 * 2 ** 20;
const groupRows = 65_536;

/**
 * Writes a local Parquet file row by row: the caller writes each row's values to `columns` and then calls `endRow`. It holds one
 * row group. The file is whole after `finish` alone.
 */
export class ParquetWriter implements AsyncDisposable {
  readonly columns: readonly Column[];
  readonly #fields: readonly ParquetField[];
  readonly #file: FileHandle;
  readonly #groups: WrittenGroup[] = [];
  #offset = 0;
  #rows = 0;

  private constructor(fields: readonly ParquetField[], file: FileHandle) {
    this.#fields = fields;
    this.#file = file;
    this.columns = fields.map(columnOf);
  }

  static async create(path: string, fields: readonly ParquetField[]): Promise<ParquetWriter> {
    const writer = new ParquetWriter(fields, await open(path, 'w'));
    await writer.#append(Buffer.from('PAR1'));
    return writer;
  }

  /** True where a row group is due: `flush` then writes it. */
  endRow(): boolean {
    this.#rows += 1;
    if (this.#rows >= groupRows) return true;
    // Looked at from time to time, for it costs more than a row.
    return (this.#rows & 255) === 0 && this.#heldBytes() >= groupBytes;
  }

  async flush(): Promise<void> {
    if (this.#rows === 0) return;
    const leaves = this.columns.flatMap(leavesOf);
    const pages = leaves.map((leaf) => ({ leaf, count: leaf.count, page: leaf.takePage() }));
    const chunks: WrittenChunk[] = [];
    // Compressed in the runtime's own threads, several columns at once.
    const bodies = await Promise.all(pages.map(({ page }) => compress(page, level)));
    for (const [index, { leaf, count, page }] of pages.entries()) {
      const body = bodies[index] ?? Buffer.alloc(0);
      const header = pageHeader(count, page.byteLength, body.byteLength);
      chunks.push({
        path: leaf.path,
        primitive: leaf.primitive,
        count,
        offset: this.#offset,
        size: header.byteLength + body.byteLength,
        uncompressedSize: header.byteLength + page.byteLength,
      });
      await this.#append(header);
      await this.#append(body);
    }
    this.#groups.push({ rows: this.#rows, chunks });
    this.#rows = 0;
  }

  /** Writes what is left and the footer. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#append(footer(this.#fields, this.#groups));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #append(bytes: Buffer): Promise<void> {
    await this.#file.writeFile(bytes);
    this.#offset += bytes.byteLength;
  }

  #heldBytes(): number {
    return this.columns.flatMap(leavesOf).reduce((sum, { values }) => sum + values.length, 0);
  }
}
