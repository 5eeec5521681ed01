import { ExpectedError } from '../base/expected-error.ts';
import { isObject, type Value } from './expressions/value.ts';
import { textOf, valueAt } from './factory-objects.ts';

/** What each type of variable may hold, by its name in lower case. */
const types: Readonly<Record<string, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  array: (value) => Array.isArray(value),
};

interface Variable {
  readonly type: string;
  value: Value;
}

/** The variables of one run of a pipeline. */
export class Variables {
  readonly #all: ReadonlyMap<string, Variable>;

  /** @param declared `{name: {type, defaultValue}}` */
  constructor(declared: Value | undefined) {
    const entries = declared !== undefined && isObject(declared) ? Object.entries(declared) : [];
    this.#all = new Map(
      entries.map(([name, definition]) => {
        const type = (textOf(valueAt(definition, 'type')) ?? 'String').toLowerCase();
        const empty = type === 'array' ? [] : type === 'string' ? '' : null;
        return [name.toLowerCase(), { type, value: valueAt(definition, 'defaultValue') ?? empty }];
      }),
    );
  }

  get(name: string): Value {
    return this.#named(name).value;
  }

  /** @throws ExpectedError `pipelines.variable` */
  set(name: string, value: Value): void {
    const variable = this.#named(name);
    const fits = types[variable.type];
    if (fits?.(value) !== true) {
      throw problem(`The variable '${name}' of type ${variable.type} cannot hold ${JSON.stringify(value)}`);
    }
    variable.value = value;
  }

  #named(name: string): Variable {
    const found = this.#all.get(name.toLowerCase());
    if (found) return found;
    throw problem(`The pipeline has no variable '${name}'`);
  }
}

function problem(message: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.variable',
    message: `${message}.`,
    nextStep: 'Correct the activity, or the variables that the pipeline declares.',
  });
}
