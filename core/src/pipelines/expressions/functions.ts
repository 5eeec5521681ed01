import { expressionError } from './expression-error.ts';
import { isObject, toText, type Value } from './value.ts';

export interface ExpressionFunction {
  readonly least: number;
  readonly most: number;
  readonly call: (args: readonly Value[], source: string) => Value;
}

const text = (value: Value | undefined, source: string): string => {
  if (typeof value === 'string') return value;
  throw expressionError(source, `${JSON.stringify(value ?? null)} is not a string`);
};

const flag = (value: Value | undefined, source: string): boolean => {
  if (typeof value === 'boolean') return value;
  throw expressionError(source, `${JSON.stringify(value ?? null)} is not a boolean`);
};

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

/** The functions that are emulated, by their name in lower case: Data Factory does not mind the case. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map([
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
      call: ([value, from, to], source) => text(value, source).replaceAll(text(from, source), text(to, source)),
    },
  ],
  ['string', { least: 1, most: 1, call: ([value = null]) => toText(value) }],
  ['equals', { least: 2, most: 2, call: ([a, b]) => JSON.stringify(a) === JSON.stringify(b) }],
  ['not', { least: 1, most: 1, call: ([value], source) => !flag(value, source) }],
  ['and', { least: 2, most: 2, call: ([a, b], source) => flag(a, source) && flag(b, source) }],
  ['or', { least: 2, most: 2, call: ([a, b], source) => flag(a, source) || flag(b, source) }],
  ['if', { least: 3, most: 3, call: ([test, yes = null, no = null], source) => (flag(test, source) ? yes : no) }],
  ['coalesce', { least: 1, most: Infinity, call: (args) => args.find((value) => value !== null) ?? null }],
  ['empty', { least: 1, most: 1, call: ([value = null], source) => isEmpty(value, source) }],
] satisfies [string, ExpressionFunction][]);

function isEmpty(value: Value, source: string): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  throw expressionError(source, 'empty() takes a string, an array or an object');
}
