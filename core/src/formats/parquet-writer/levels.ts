import { ByteBuilder } from './byte-builder.ts';

/** Definition or repetition levels of one page. */
export class Levels {
  readonly #max: number;
  readonly #levels = new ByteBuilder();
  #isConstant = true;

  /** @param max the highest level; 0 where there is nothing to say. */
  constructor(max: number) {
    this.#max = max;
  }

  push(level: number): void {
    if (this.#max === 0) return;
    if (this.#levels.length > 0 && this.#levels.bytes[this.#levels.length - 1] !== level) this.#isConstant = false;
    this.#levels.byte(level);
  }

  clear(): void {
    this.#levels.clear();
    this.#isConstant = true;
  }

  /**
   * Length and runs as a data page begins with them (Parquet specification, "Run Length Encoding / Bit-Packing Hybrid"): one run
   * of a single value, else one bit-packed run of all.
   */
  encode(): Buffer {
    if (this.#max === 0) return Buffer.alloc(0);
    const body = this.#isConstant ? this.#repeated() : this.#packed();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.byteLength);
    return Buffer.concat([length, body]);
  }

  #repeated(): Buffer {
    const header = varint(this.#levels.length << 1);
    return Buffer.from([...header, this.#levels.length === 0 ? 0 : (this.#levels.bytes[0] ?? 0)]);
  }

  #packed(): Buffer {
    const width = 32 - Math.clz32(this.#max);
    const groups = Math.ceil(this.#levels.length / 8);
    const packed = Buffer.alloc(groups * width);
    for (let index = 0; index < this.#levels.length; index++) {
      const level = this.#levels.bytes[index] ?? 0;
      const bit = index * width;
      // A level has at most 8 bits and so lies in at most two bytes.
      const shifted = level << (bit & 7);
      packed[bit >> 3] = (packed[bit >> 3] ?? 0) | (shifted & 0xff);
      if (shifted > 0xff) packed[(bit >> 3) + 1] = (packed[(bit >> 3) + 1] ?? 0) | (shifted >> 8);
    }
    return Buffer.concat([Buffer.from(varint((groups << 1) | 1)), packed]);
  }
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}
