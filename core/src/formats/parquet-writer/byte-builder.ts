import { isUtf8 } from 'node:buffer';

/** Below this a loop is faster than a call into the runtime. */
const shortCopy = 24;

/** Bytes that grow at the end. */
export class ByteBuilder {
  bytes = Buffer.allocUnsafe(1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.length = this.bytes.writeInt32LE(value, this.length);
  }

  int64(value: bigint): void {
    this.#reserve(8);
    this.length = this.bytes.writeBigInt64LE(value, this.length);
  }

  float(value: number): void {
    this.#reserve(4);
    this.length = this.bytes.writeFloatLE(value, this.length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  /** `source` from `start` to `end`, exclusive. */
  copy(source: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > shortCopy) source.copy(this.bytes, this.length, start, end);
    else for (let at = start, to = this.length; at < end; at++, to++) this.bytes[to] = source[at] ?? 0;
    this.length += end - start;
  }

  /** Bytes after their number, as Parquet's plain encoding has them. */
  sized(source: Buffer, start: number, end: number): void {
    this.int32(end - start);
    this.copy(source, start, end);
  }

  /** Text in UTF-8; what is none is replaced, as Java's decoder does. */
  sizedText(source: Buffer, start: number, end: number): void {
    if (isText(source, start, end)) this.sized(source, start, end);
    else this.text(source.toString('utf8', start, end));
  }

  /** The text's UTF-8 after its length in bytes, as Parquet's plain encoding has it. */
  text(value: string): void {
    this.#reserve(4 + value.length * 3);
    const written = this.bytes.write(value, this.length + 4, 'utf8');
    this.bytes.writeInt32LE(written, this.length);
    this.length += 4 + written;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.byteLength) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.byteLength * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

function isText(source: Buffer, start: number, end: number): boolean {
  if (end - start > shortCopy) return isUtf8(source.subarray(start, end));
  for (let at = start; at < end; at++) if ((source[at] ?? 0) > 0x7f) return isUtf8(source.subarray(start, end));
  return true;
}
