import { pick, type Random } from '../random.ts';

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const place = (bytes: Buffer, random: Random): number => Math.floor(random() * bytes.byteLength);
const span = (bytes: Buffer, random: Random): [start: number, end: number] => {
  const start = place(bytes, random);
  return [start, Math.min(bytes.byteLength, start + 1 + Math.floor(random() ** 3 * 200))];
};
const noise = (length: number, random: Random): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

/** Texts that trip readers: ends of numbers, signs of structure, characters that are none. */
const tokens = [
  '-1',
  '9223372036854775808',
  '1e400',
  'NaN',
  '"',
  '{',
  ']',
  '\\',
  '\0',
  '\r\n',
  ',,',
  '\u{1f600}',
  '\xff',
];

const mutations: Readonly<Record<string, Mutation>> = {
  flip: (bytes, random) => {
    const at = place(bytes, random);
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    return changed;
  },
  overwrite: (bytes, random) => {
    const [start, end] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), noise(end - start, random), bytes.subarray(end)]);
  },
  zero: (bytes, random) => Buffer.from(bytes).fill(0, ...span(bytes, random)),
  remove: (bytes, random) => {
    const [start, end] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  insert: (bytes, random) => {
    const [start, end] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), noise(end - start, random), bytes.subarray(start)]);
  },
  repeat: (bytes, random) => {
    const [start, end] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  truncate: (bytes, random) => bytes.subarray(0, place(bytes, random)),
  behead: (bytes, random) => bytes.subarray(place(bytes, random)),
  token: (bytes, random) => {
    const [start, end] = span(bytes, random);
    const length = Math.min(end - start, Math.floor(random() * 10));
    const token = Buffer.from(pick(random, tokens), random() < 0.5 ? 'latin1' : 'utf8');
    return Buffer.concat([bytes.subarray(0, start), token, bytes.subarray(start + length)]);
  },
};

/** A file that something went wrong with, and what that was. */
export function mutate(bytes: Buffer, random: Random): { readonly bytes: Buffer; readonly how: string } {
  const how: string[] = [];
  let changed = bytes;
  do {
    const name = pick(random, Object.keys(mutations));
    how.push(name);
    changed = changed.byteLength === 0 ? changed : (mutations[name]?.(changed, random) ?? changed);
  } while (random() < 0.25);
  return { bytes: changed, how: how.join('+') };
}
