/** DuckDB types that cross into JavaScript: text, number, number, bigint, boolean, bytes, lists of these. */
export type NativeType =
  'VARCHAR' | 'DOUBLE' | 'INTEGER' | 'BIGINT' | 'BOOLEAN' | 'BLOB' | 'VARCHAR[]' | 'DOUBLE[]' | 'BIGINT[]' | 'BLOB[]';

export interface NativeValues {
  readonly VARCHAR: string;
  readonly DOUBLE: number;
  readonly INTEGER: number;
  readonly BIGINT: bigint;
  readonly BOOLEAN: boolean;
  readonly BLOB: Uint8Array;
  readonly 'VARCHAR[]': readonly (string | null)[];
  readonly 'DOUBLE[]': readonly (number | null)[];
  readonly 'BIGINT[]': readonly (bigint | null)[];
  readonly 'BLOB[]': readonly (Uint8Array | null)[];
}

/** A pure function that DuckDB text calls by name. An argument that is NULL makes the answer NULL and is never passed. */
export interface NativeFunction {
  readonly name: string;
  readonly parameters: readonly NativeType[];
  readonly returns: NativeType;
  /** @throws Error whose message DuckDB raises: `[CODE] what is wrong`. */
  readonly evaluate: (args: readonly NativeValues[NativeType][]) => NativeValues[NativeType] | null;
}

type Arguments<P extends readonly NativeType[]> = { [K in keyof P]: NativeValues[P[K]] };

/** A function with its JavaScript types tied to its DuckDB types. */
export function native<const P extends readonly NativeType[], R extends NativeType>(
  name: string,
  parameters: P,
  returns: R,
  evaluate: (...args: Arguments<P>) => NativeValues[R] | null,
): NativeFunction {
  return { name, parameters, returns, evaluate: (args) => evaluate(...(args as unknown as Arguments<P>)) };
}

/** What DuckDB raises where an answer would not be Spark's. */
export function notEmulatedHere(what: string): Error {
  return new Error(`[NOT_EMULATED] ${what}`);
}
