import type { ActivityKind } from '../activity.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { textOf, valueAt } from '../factory-objects.ts';

/**
 * Gives a variable of the pipeline a value.
 * https://learn.microsoft.com/azure/data-factory/control-flow-set-variable-activity
 */
export const setVariable: ActivityKind = {
  type: 'SetVariable',
  whyNot(definition) {
    const properties = definition['typeProperties'];
    const name = textOf(valueAt(properties, 'variableName'));
    if (name === undefined) return 'it names no variable';
    if (valueAt(properties, 'setSystemVariable') === true)
      return "setting the pipeline's return value is not emulated yet";
    const value = valueAt(properties, 'value');
    if (value === undefined) return `it gives the variable ${name} no value`;
    const own = new RegExp(`variables\\(\\s*'${name.replace(/[^\w]/g, '\\$&')}'`, 'i');
    return own.test(JSON.stringify(value))
      ? `it reads the variable ${name} that it sets, which the service refuses`
      : undefined;
  },
  run(definition, { scope, variables }) {
    const name = textOf(valueAt(definition, 'typeProperties', 'variableName')) ?? '';
    const value = evaluate(valueAt(definition, 'typeProperties', 'value') ?? null, scope);
    variables.set(name, value);
    return Promise.resolve({ name, value });
  },
};
