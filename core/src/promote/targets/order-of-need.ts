import type { WantedObject } from './target.ts';

/** Objects after those of their own kind that they need: a pipeline after the one that it executes. Cycles keep their order. */
export function inOrderOfNeed(
  objects: readonly WantedObject[],
  needs: (object: WantedObject) => readonly string[],
  caseless = false,
): readonly WantedObject[] {
  const keyOf = (name: string): string => (caseless ? name.toLowerCase() : name);
  const waiting = new Map(objects.map((object) => [keyOf(object.name), object]));
  const ordered: WantedObject[] = [];
  const place = (key: string, object: WantedObject): void => {
    waiting.delete(key);
    for (const needed of needs(object).map(keyOf)) {
      const other = waiting.get(needed);
      if (other) place(needed, other);
    }
    ordered.push(object);
  };
  for (const [key, object] of [...waiting]) if (waiting.has(key)) place(key, object);
  return ordered;
}
