import { ExpectedError } from '../../../base/expected-error.ts';
import type { BoundQuery, ComputeProfile } from '../../../sql/contract.ts';

/** What was computed without an error, in the circumstances of which it depends. */
export type KnownConstants = Set<string>;

/** So many texts are kept. */
const KEPT = 10_000;

/**
 * Computes what Spark computes of a query while it plans: what raises there raises over no rows too. Each text once, as constants are.
 * @param read runs DuckDB text where the query will run. Rejects with what it raises.
 */
export async function checkConstants(
  { constants = [] }: { readonly constants?: BoundQuery['constants'] | undefined },
  { ansi, timeZone }: ComputeProfile,
  known: KnownConstants,
  read: (sql: string) => Promise<unknown>,
): Promise<void> {
  const keyOf = (text: string): string => `${String(ansi)} ${timeZone} ${text}`;
  const unknown = constants.filter((text) => !known.has(keyOf(text)));
  if (unknown.length === 0) return;
  const turnedDown = async (texts: readonly string[]): Promise<boolean> => {
    try {
      await read(`SELECT ${texts.join(', ')}`);
      return false;
    } catch (error) {
      if (raisesCondition(error)) throw error;
      return true;
    }
  };
  // What is turned down of one of them must not hide what another one raises.
  if ((await turnedDown(unknown)) && unknown.length > 1) for (const text of unknown) await turnedDown([text]);
  if (known.size > KEPT) known.clear();
  for (const text of unknown) known.add(keyOf(text));
}

/** An error of a value. What only this emulation turns down matters where a row needs it. */
function raisesCondition(error: unknown): boolean {
  if (error instanceof ExpectedError && error.code === 'engine.analysis-failed') return false;
  return error instanceof Error && !/\[NOT_EMULATED\]|^(?:Catalog|Parser|Binder|Syntax) Error/.test(error.message);
}
