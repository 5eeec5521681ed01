/** A value of Data Factory's expression language, as JSON has them. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** What an expression may ask for: `pipeline().parameters.x`, `dataset().x`, `linkedService().x`, `activity('a').output`. */
export type Scope = Readonly<Record<string, (args: readonly Value[]) => Value>>;

export function isObject(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a value reads inside text: strings as they are, everything else as JSON. */
export function toText(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
