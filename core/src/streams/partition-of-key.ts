/**
 * The partition that Event Hubs gives to a key, computed here as the SDKs' buffered producers do: Bob Jenkins' lookup3
 * (`hashlittle2`, both seeds 0) over the key's UTF-8 bytes, its two words folded to a signed 16-bit number. Sending to the
 * partition itself lets one batch hold many keys; a batch with a partition key can hold only that one.
 */
export function partitionOfKey(key: string, partitionCount: number): number {
  const [b, c] = hashlittle2(Buffer.from(key, 'utf8'));
  const folded = ((b ^ c) << 16) >> 16;
  return Math.abs(folded % partitionCount);
}

type Words = readonly [a: number, b: number, c: number];

function hashlittle2(bytes: Buffer): readonly [b: number, c: number] {
  const seed = (0xdeadbeef + bytes.length) | 0;
  let words: Words = [seed, seed, seed];
  let offset = 0;
  for (; bytes.length - offset > 12; offset += 12) words = round(plus(words, bytes.subarray(offset, offset + 12)));
  if (bytes.length === 0) return [seed, seed];
  const [, b, c] = finish(plus(words, bytes.subarray(offset)));
  return [b, c];
}

/** Adds the next twelve bytes as little-endian words; missing ones count as zero. */
function plus([a, b, c]: Words, block: Buffer): Words {
  const whole = Buffer.alloc(12);
  block.copy(whole);
  return [(a + whole.readInt32LE(0)) | 0, (b + whole.readInt32LE(4)) | 0, (c + whole.readInt32LE(8)) | 0];
}

function round([a0, b0, c0]: Words): Words {
  let [a, b, c] = [a0, b0, c0];
  a = ((a - c) ^ rotate(c, 4)) | 0;
  c = (c + b) | 0;
  b = ((b - a) ^ rotate(a, 6)) | 0;
  a = (a + c) | 0;
  c = ((c - b) ^ rotate(b, 8)) | 0;
  b = (b + a) | 0;
  a = ((a - c) ^ rotate(c, 16)) | 0;
  c = (c + b) | 0;
  b = ((b - a) ^ rotate(a, 19)) | 0;
  a = (a + c) | 0;
  c = ((c - b) ^ rotate(b, 4)) | 0;
  b = (b + a) | 0;
  return [a, b, c];
}

function finish([a0, b0, c0]: Words): Words {
  let [a, b, c] = [a0, b0, c0];
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return [a, b, c];
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
