import { createHash } from 'node:crypto';
import { native, type NativeFunction } from './native-function.ts';

/** Murmur3 x86 32 bits as Spark's `Murmur3_x86_32`. */
const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const mixK = (k: number): number => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
const mixH = (h: number, k: number): number => (Math.imul(rotate(h ^ k, 13), 5) + 0xe6546b64) | 0;

function finish(h: number, length: number): number {
  let value = h ^ length;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

const murmur = {
  int: (value: bigint, seed: number): number => finish(mixH(seed, mixK(Number(BigInt.asIntN(32, value)))), 4),
  long: (value: bigint, seed: number): number => {
    const low = Number(BigInt.asIntN(32, value));
    const high = Number(BigInt.asIntN(32, value >> 32n));
    return finish(mixH(mixH(seed, mixK(low)), mixK(high)), 8);
  },
  /** Spark mixes each byte of the tail by itself. */
  bytes: (bytes: Buffer, seed: number): number => {
    let h = seed;
    const aligned = bytes.length - (bytes.length % 4);
    for (let at = 0; at < aligned; at += 4) h = mixH(h, mixK(bytes.readInt32LE(at)));
    for (let at = aligned; at < bytes.length; at++) h = mixH(h, mixK(bytes.readInt8(at)));
    return finish(h, bytes.length);
  },
};

const M64 = (1n << 64n) - 1n;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
const times = (a: bigint, b: bigint): bigint => (a * b) & M64;
const rotate64 = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & M64;

function avalanche(hash: bigint): bigint {
  let h = hash;
  h = times(h ^ (h >> 33n), P2);
  h = times(h ^ (h >> 29n), P3);
  return h ^ (h >> 32n);
}

const round = (lane: bigint, input: bigint): bigint => times(rotate64((lane + times(input, P2)) & M64, 31n), P1);

/** XXH64 as Spark's `XXH64`. */
const xx = {
  int: (value: bigint, seed: bigint): bigint => {
    const hash = (seed + P5 + 4n) & M64;
    const mixed = hash ^ times(BigInt.asUintN(32, value), P1);
    return avalanche((times(rotate64(mixed, 23n), P2) + P3) & M64);
  },
  long: (value: bigint, seed: bigint): bigint => {
    const hash = ((seed + P5 + 8n) & M64) ^ round(0n, BigInt.asUintN(64, value));
    return avalanche((times(rotate64(hash, 27n), P1) + P4) & M64);
  },
  bytes: (bytes: Buffer, seed: bigint): bigint => {
    let hash: bigint;
    let at = 0;
    if (bytes.length >= 32) {
      let lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => BigInt.asUintN(64, lane));
      for (; at <= bytes.length - 32; at += 32)
        lanes = lanes.map((lane, index) => round(lane, bytes.readBigUInt64LE(at + index * 8)));
      const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes;
      hash = (rotate64(a, 1n) + rotate64(b, 7n) + rotate64(c, 12n) + rotate64(d, 18n)) & M64;
      for (const lane of lanes) hash = (times(hash ^ round(0n, lane), P1) + P4) & M64;
    } else hash = (seed + P5) & M64;
    hash = (hash + BigInt(bytes.length)) & M64;
    for (; at <= bytes.length - 8; at += 8)
      hash = (times(rotate64(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n), P1) + P4) & M64;
    if (at <= bytes.length - 4) {
      hash = (times(rotate64(hash ^ times(BigInt(bytes.readUInt32LE(at)), P1), 23n), P2) + P3) & M64;
      at += 4;
    }
    for (; at < bytes.length; at++) hash = times(rotate64(hash ^ times(BigInt(bytes.readUInt8(at)), P5), 11n), P1);
    return avalanche(hash);
  },
};

interface Hasher<T> {
  readonly int: (value: bigint, seed: T) => T;
  readonly long: (value: bigint, seed: T) => T;
  readonly bytes: (bytes: Buffer, seed: T) => T;
}

const scratch = new DataView(new ArrayBuffer(8));

/** Values one after another, each seeding the next; a NULL hands its seed on. `i5` an int, `l5` a long, `w5` an integer of any size, `d0.5`, `f0.5`, `sText`, `xCAFE` bytes. */
function hashAll<T>(hasher: Hasher<T>, first: T, values: readonly (string | null)[]): T {
  let seed = first;
  for (const value of values) {
    if (value === null) continue;
    const text = value.slice(1);
    switch (value.charAt(0)) {
      case 'i':
        seed = hasher.int(BigInt(text), seed);
        break;
      case 'l':
        seed = hasher.long(BigInt(text), seed);
        break;
      case 'd':
        scratch.setFloat64(0, javaNumber(text));
        seed = hasher.long(scratch.getBigInt64(0), seed);
        break;
      case 'f':
        scratch.setFloat32(0, javaNumber(text));
        seed = hasher.int(BigInt(scratch.getInt32(0)), seed);
        break;
      case 'w':
        seed = hasher.bytes(twosComplement(BigInt(text)), seed);
        break;
      case 'x':
        seed = hasher.bytes(Buffer.from(text, 'hex'), seed);
        break;
      default:
        seed = hasher.bytes(Buffer.from(text, 'utf8'), seed);
    }
  }
  return seed;
}

/** As Java's `BigInteger.toByteArray`: the fewest bytes, the highest first. */
function twosComplement(value: bigint): Buffer {
  let bytes = 1;
  while (BigInt.asIntN(bytes * 8, value) !== value) bytes++;
  return Buffer.from(
    BigInt.asUintN(bytes * 8, value)
      .toString(16)
      .padStart(bytes * 2, '0'),
    'hex',
  );
}

/** Minus zero hashes as zero. */
function javaNumber(text: string): number {
  const special: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };
  const value = special[text] ?? Number(text);
  return value === 0 ? 0 : value;
}

/** Spark's `xxhash64` of values that are tagged with their kinds. */
export const xxhash64 = (values: readonly (string | null)[]): bigint => BigInt.asIntN(64, hashAll(xx, 42n, values));

/** `UTF8String.hashCode`. */
export const murmurOfText = (text: string): number => murmur.bytes(Buffer.from(text), 42);

/** Of other than these numbers of bits there is no sum; 0 bits are 256. */
function sha2(bytes: Uint8Array, bits: number): string | null {
  const size = bits === 0 ? 256 : bits;
  return [224, 256, 384, 512].includes(size) ? createHash(`sha${size}`).update(bytes).digest('hex') : null;
}

export const HASH_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_sha2', ['BLOB', 'INTEGER'], 'VARCHAR', sha2),
  native('spark_hash', ['VARCHAR[]'], 'INTEGER', (values) => hashAll(murmur, 42, values)),
  native('spark_xxhash64', ['VARCHAR[]'], 'BIGINT', xxhash64),
];
