import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';

/** An error without a place of its own stands where its statement stands. */
export async function located<T>(statement: Pick<CompiledStatement, 'range'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.range) throw error;
    const { code, message, nextStep, diagnostics, kind } = error;
    throw new ExpectedError({ code, message, nextStep, diagnostics, kind, range: statement.range, cause: error });
  }
}
