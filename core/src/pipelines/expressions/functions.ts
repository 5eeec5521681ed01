import { flag, text, wholeNumber, type ExpressionFunction } from './arguments.ts';
import { collectionFunctions } from './collection-functions.ts';
import { dateFunctions } from './date-functions.ts';
import { expressionError } from './expression-error.ts';
import { numberFunctions } from './number-functions.ts';
import { toText, type Value } from './value.ts';

const ofText = (change: (value: string) => Value): ExpressionFunction => ({
  least: 1,
  most: 1,
  call: ([value], source) => change(text(value, source)),
});

const ofTwoTexts = (join: (a: string, b: string) => Value): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: ([a, b], source) => join(text(a, source), text(b, source)),
});

const textFunctions: readonly (readonly [string, ExpressionFunction])[] = [
  ['concat', { least: 2, most: Infinity, call: (args) => args.map(toText).join('') }],
  ['tolower', ofText((value) => value.toLowerCase())],
  ['toupper', ofText((value) => value.toUpperCase())],
  ['trim', ofText((value) => value.trim())],
  ['startswith', ofTwoTexts((value, start) => value.toLowerCase().startsWith(start.toLowerCase()))],
  ['endswith', ofTwoTexts((value, end) => value.toLowerCase().endsWith(end.toLowerCase()))],
  ['split', ofTwoTexts((value, separator) => value.split(separator))],
  [
    'replace',
    {
      least: 3,
      most: 3,
      call: ([value, from, to], source) => text(value, source).replaceAll(text(from, source), () => text(to, source)),
    },
  ],
  ['string', { least: 1, most: 1, call: ([value = null]) => toText(value) }],
  ['equals', { least: 2, most: 2, call: ([a, b]) => JSON.stringify(a) === JSON.stringify(b) }],
  ['not', { least: 1, most: 1, call: ([value], source) => !flag(value, source) }],
  ['and', { least: 2, most: 2, call: ([a, b], source) => flag(a, source) && flag(b, source) }],
  ['or', { least: 2, most: 2, call: ([a, b], source) => flag(a, source) || flag(b, source) }],
  ['if', { least: 3, most: 3, call: ([test, yes = null, no = null], source) => (flag(test, source) ? yes : no) }],
  ['coalesce', { least: 1, most: Infinity, call: (args) => args.find((value) => value !== null) ?? null }],
  [
    'substring',
    { least: 3, most: 3, call: ([value, start, length], source) => substring(value, start, length, source) },
  ],
  ['indexof', ofTwoTexts((value, part) => value.toLowerCase().indexOf(part.toLowerCase()))],
  ['lastindexof', ofTwoTexts((value, part) => value.toLowerCase().lastIndexOf(part.toLowerCase()))],
];

/** The functions that are emulated, by their name in lower case: Data Factory does not mind the case. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map([
  ...textFunctions,
  ...collectionFunctions,
  ...numberFunctions,
  ...dateFunctions,
]);

function substring(
  value: Value | undefined,
  start: Value | undefined,
  length: Value | undefined,
  source: string,
): string {
  const found = text(value, source);
  const [from, count] = [wholeNumber(start, source), wholeNumber(length, source)];
  if (from >= 0 && count >= 0 && from + count <= found.length) return found.slice(from, from + count);
  throw expressionError(source, `substring(${from}, ${count}) reaches outside a text of ${found.length} characters`);
}
