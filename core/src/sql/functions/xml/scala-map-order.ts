import { murmurOfText } from '../hashes.ts';

/**
 * The order of the keys of a map that Scala made of pairs (`toMap`), the first pair of a key giving its place: up to four as they came,
 * more by their hashes, five bits a level, those alone in their place before those that share it.
 */
export function scalaMapOrder(keys: readonly string[]): string[] {
  const distinct = [...new Set(keys)];
  if (distinct.length <= 4) return distinct;
  return level(
    distinct.map((key) => ({ key, hash: improved(murmurOfText(key)) })),
    0,
  );
}

interface Hashed {
  readonly key: string;
  readonly hash: number;
}

function level(entries: readonly Hashed[], shift: number): string[] {
  // Where all bits are the same they stay as they came.
  if (shift > 30) return entries.map(({ key }) => key);
  const places = Array.from({ length: 32 }, (): Hashed[] => []);
  for (const entry of entries) places[(entry.hash >>> shift) & 31]?.push(entry);
  const alone = places.filter((place) => place.length === 1).flatMap((place) => place.map(({ key }) => key));
  return [...alone, ...places.filter((place) => place.length > 1).flatMap((place) => level(place, shift + 5))];
}

/** `scala.collection.Hashing.improve`. */
function improved(code: number): number {
  let hash = (code + ~(code << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  return hash ^ (hash >>> 10);
}
