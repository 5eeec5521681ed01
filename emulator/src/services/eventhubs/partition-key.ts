/**
 * The partition that the service gives to a key: Bob Jenkins' lookup3 (`hashlittle2`, both seeds 0) over the key's UTF-8 bytes,
 * folded to a signed 16-bit number. Buffered producers of the SDKs compute the same, so both ways of sending agree.
 */
export function partitionOfKey(key: string, partitionCount: number): number {
  const { b, c } = lookup3(Buffer.from(key, 'utf8'));
  const folded = ((b ^ c) << 16) >> 16;
  return Math.abs(folded % partitionCount);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function lookup3(data: Buffer): { readonly b: number; readonly c: number } {
  // Reading past the end yields zeros, as the algorithm's byte-wise tail does.
  const padded = Buffer.concat([data, Buffer.alloc(12)]);
  let a = (0xdeadbeef + data.length) | 0;
  let b = a;
  let c = a;
  let index = 0;
  for (let left = data.length; left > 12; left -= 12, index += 12) {
    a = (a + padded.readUInt32LE(index)) | 0;
    b = (b + padded.readUInt32LE(index + 4)) | 0;
    c = (c + padded.readUInt32LE(index + 8)) | 0;
    a = (((a - c) | 0) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = (((b - a) | 0) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = (((c - b) | 0) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = (((a - c) | 0) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = (((b - a) | 0) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = (((c - b) | 0) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
  }
  if (data.length === 0) return { b, c };
  a = (a + padded.readUInt32LE(index)) | 0;
  b = (b + padded.readUInt32LE(index + 4)) | 0;
  c = (c + padded.readUInt32LE(index + 8)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return { b, c };
}
