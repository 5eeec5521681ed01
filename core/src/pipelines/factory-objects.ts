import { ExpectedError } from '../base/expected-error.ts';
import { toPlain } from '../project/config-node.ts';
import { objectsOf, type Factory, type FactoryObjectKind } from '../project/factory.ts';
import { isObject, type Value } from './expressions/value.ts';
import { typedValue } from './parameter-types.ts';

export type Properties = Readonly<Record<string, Value>>;

/** The `properties` of an object of the factory. @throws ExpectedError `pipelines.missing-object` */
export function propertiesOf(factory: Factory, kind: FactoryObjectKind, name: string): Properties {
  const properties = findProperties(factory, kind, name);
  if (properties) return properties;
  const objects = objectsOf(factory, kind);
  throw new ExpectedError({
    code: 'pipelines.missing-object',
    message: `The factory has no ${kind} '${name}'.`,
    nextStep: objects.length > 0 ? `It has: ${objects.map((object) => object.name).join(', ')}.` : `Add a ${kind}.`,
  });
}

/** The same; undefined where there is none. Names differ by more than case. */
export function findProperties(factory: Factory, kind: FactoryObjectKind, name: string): Properties | undefined {
  const found = objectsOf(factory, kind).find((object) => object.name.toLowerCase() === name.toLowerCase());
  const properties = found ? valueAt(toPlain(found.node) as Value, 'properties') : undefined;
  return properties !== undefined && isObject(properties) ? properties : undefined;
}

export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (found, key) => (found !== undefined && isObject(found) ? found[key] : undefined),
    value,
  );
}

export function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `properties.globalParameters` of the factory's own file. */
export function globalParametersOf(factory: Factory): Properties {
  const files = objectsOf(factory, 'factory').map(({ node }) => toPlain(node) as Value);
  const declared = files.flatMap((file) => {
    const globals = valueAt(file, 'properties', 'globalParameters');
    return globals !== undefined && isObject(globals) ? Object.entries(globals) : [];
  });
  return Object.fromEntries(declared.map(([name, value]) => [name, valueAt(value, 'value') ?? null]));
}

/**
 * Declared parameters with what is given for them: `{name: {type, defaultValue}}`. Values and defaults are taken as they are: a
 * value that happens to begin with `@` is no expression any more.
 * @throws ExpectedError `pipelines.parameter`: one that is not declared, has neither a value nor a default, or is of another type.
 */
export function bindParameters(of: string, declared: Value | undefined, given: Properties): Properties {
  const names = declared !== undefined && isObject(declared) ? declared : {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) throw parameterError(`${of} has no parameter '${unknown}'`, Object.keys(names));
  return Object.fromEntries(
    Object.entries(names).map(([name, definition]) => {
      const value = given[name] ?? valueAt(definition, 'defaultValue');
      if (value === undefined) throw parameterError(`${of} needs its parameter '${name}'`, Object.keys(names));
      return [name, typedValue(`${of}: its parameter '${name}'`, textOf(valueAt(definition, 'type')), value)];
    }),
  );
}

function parameterError(message: string, names: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.parameter',
    message: `${message}.`,
    nextStep: names.length > 0 ? `Its parameters are: ${names.join(', ')}.` : 'It takes no parameters.',
  });
}
