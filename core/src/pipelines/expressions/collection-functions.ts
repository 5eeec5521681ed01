import { list, sizeOf, text, type NamedFunction } from './arguments.ts';
import { isObject, toText, type Value } from './value.ts';

export const collectionFunctions: readonly NamedFunction[] = [
  ['empty', { least: 1, most: 1, call: ([value], source) => value === null || sizeOf(value, source) === 0 }],
  ['length', { least: 1, most: 1, call: ([value], source) => sizeOf(value, source) }],
  ['first', { least: 1, most: 1, call: ([value], source) => itemAt(value, 0, source) }],
  ['last', { least: 1, most: 1, call: ([value], source) => itemAt(value, -1, source) }],
  ['contains', { least: 2, most: 2, call: ([value, part], source) => contains(value, part, source) }],
  ['createarray', { least: 1, most: Infinity, call: (args) => args }],
  [
    'join',
    {
      least: 2,
      most: 2,
      call: ([values, separator], source) => list(values, source).map(toText).join(text(separator, source)),
    },
  ],
];

function itemAt(value: Value | undefined, index: number, source: string): Value {
  return typeof value === 'string' ? (value.at(index) ?? '') : (list(value, source).at(index) ?? null);
}

function contains(value: Value | undefined, part: Value | undefined, source: string): boolean {
  if (typeof value === 'string') return value.includes(text(part, source));
  if (value !== undefined && isObject(value)) return Object.hasOwn(value, text(part, source));
  return list(value, source).some((item) => JSON.stringify(item) === JSON.stringify(part));
}
