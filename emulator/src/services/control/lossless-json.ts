/** A JSON object as a request brought it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// TypeScript's library does not declare these two parts of ECMAScript's "JSON.parse source text access" yet.
type SourceReviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
interface LosslessJson {
  parse(text: string, reviver: SourceReviver): unknown;
  rawJSON(text: string): unknown;
}
const json = JSON as unknown as LosslessJson;

const integer = /^-?\d+$/;

/** Like `JSON.parse`, but an integer that a double cannot hold becomes a bigint. */
export function parseJson(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && integer.test(source) && !Number.isSafeInteger(value)
      ? BigInt(source)
      : value,
  );
}

/** Like `JSON.stringify`, but a bigint becomes a JSON number with all its digits, as int64 fields are on the wire. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? json.rawJSON(String(part)) : part));
}
