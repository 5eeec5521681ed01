import { ExpectedError } from '../base/expected-error.ts';
import { isObject, toText, type Value } from './expressions/value.ts';

type Convert = (value: Value) => Value | undefined;

const asText: Convert = (value) =>
  Array.isArray(value) || isObject(value) || value === null ? undefined : toText(value);

const asNumber: Convert = (value) =>
  typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : ifType('number', value);

function ifType(type: 'number' | 'boolean', value: Value): Value | undefined {
  return typeof value === type ? value : undefined;
}

/** Types of parameters, in lower case: real factories write them in any. Undefined where a value is not of the type. */
const types: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['string', asText],
  ['securestring', asText],
  ['float', asNumber],
  [
    'int',
    (value) => {
      const found = asNumber(value);
      return Number.isInteger(found) ? found : undefined;
    },
  ],
  ['bool', (value) => (value === 'true' || value === 'false' ? value === 'true' : ifType('boolean', value))],
  ['array', (value) => (Array.isArray(value) ? value : undefined)],
  ['object', (value) => value],
]);

/**
 * A value as its declared type has it; text becomes a number or a boolean where it reads as one, as in the service.
 * @throws ExpectedError `pipelines.parameter`
 */
export function typedValue(what: string, type: string | undefined, value: Value): Value {
  const convert = types.get((type ?? 'object').toLowerCase());
  const converted = convert?.(value);
  if (converted !== undefined) return converted;
  throw new ExpectedError({
    code: 'pipelines.parameter',
    message: `${what} is declared as ${type ?? 'Object'} and is given ${JSON.stringify(value)}.`,
    nextStep: convert ? 'Give a value of the declared type.' : `Declare it as one of ${[...types.keys()].join(', ')}.`,
  });
}
