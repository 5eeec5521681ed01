/** The bytes end before the value does, as far as its length is to be believed. */
export class BytesEnded extends Error {}

/** Where a decoder stands in a block's bytes. Each method throws an Error where the bytes are not what they should be. */
export class AvroCursor {
  readonly bytes: Buffer;
  at = 0;
  /** The two halves of the last `varint`, each as a signed 32-bit number. */
  low = 0;
  high = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Moves over a number of bytes. Resolves to where they start. */
  skip(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.byteLength) throw new BytesEnded('a value ends after its block');
    this.at = start + count;
    return start;
  }

  /** Avro specification, "Binary Encoding": zig-zag, then seven bits a byte, at most ten bytes. */
  varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new BytesEnded('a number ends after its block');
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63 || bits < 2) high |= bits << (shift - 32);
      else throw new Error('a number has more than 64 bits');
      if (byte < 0x80) break;
      if (shift === 63) throw new Error('a number has more than ten bytes');
    }
    const sign = -(low & 1);
    this.low = (((low >>> 1) | (high << 31)) ^ sign) | 0;
    this.high = ((high >>> 1) ^ sign) | 0;
  }

  int(): number {
    this.varint();
    if (this.high !== this.low >> 31) throw new Error('an int has more than 32 bits');
    return this.low;
  }

  long(): bigint {
    this.varint();
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  /** A count of bytes: not negative. */
  size(): number {
    this.varint();
    const size = this.high * 2 ** 32 + (this.low >>> 0);
    if (size < 0) throw new Error(`${size} is no length`);
    return size;
  }

  /** How many items the next block of an array or a map has; 0 at its end. A negative count comes with the block's bytes. */
  items(): number {
    this.varint();
    let count = this.high * 2 ** 32 + (this.low >>> 0);
    if (count < 0) {
      count = -count;
      this.size();
    }
    // Items of no bytes (null, an empty record) could be any number: more than the block has bytes is taken for corrupt.
    if (count > this.bytes.byteLength) throw new BytesEnded(`a block of ${count} items does not fit`);
    return count;
  }

  boolean(): boolean {
    const byte = this.bytes[this.skip(1)];
    if (byte !== 0 && byte !== 1) throw new Error(`${byte ?? 'nothing'} is no boolean`);
    return byte === 1;
  }

  float(): number {
    return this.bytes.readFloatLE(this.skip(4));
  }

  double(): number {
    return this.bytes.readDoubleLE(this.skip(8));
  }

  text(): string {
    const size = this.size();
    const start = this.skip(size);
    return this.bytes.toString('utf8', start, start + size);
  }

  binary(size: number): Buffer {
    const start = this.skip(size);
    return this.bytes.subarray(start, start + size);
  }

  /** The number of a union's branch or of an enum's symbol. */
  index(count: number, what: string): number {
    const index = this.int();
    if (index < 0 || index >= count) throw new Error(`${what} has no number ${index}`);
    return index;
  }
}
