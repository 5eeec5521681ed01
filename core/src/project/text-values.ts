/** `${name}` in the text of SQL, as notebooks with widgets and pipelines with a `configuration` write it. */
const marker = /\$\{\s*([\w.]+)\s*\}/g;

/**
 * The text with the values in it, as Databricks puts them there before it reads the SQL: a name, a number or a part of a string, as it
 * is written. What has no value stays, and is refused where it stands.
 */
export function withTextValues(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(marker, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

const word = /\w*(?:\$\{\s*([\w.]+)\s*\}\w*)+/g;

/**
 * For a judgement without values: each name that holds markers as one `{{name}}`, which the dialect takes for a value that is not
 * known yet.
 */
export function withUnknownValues(text: string): string {
  return text.replaceAll(word, (_whole, name: string) => `{{${name.replaceAll('.', '_')}}}`);
}
