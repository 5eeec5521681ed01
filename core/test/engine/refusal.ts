import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';

/** The expected error that work ends in; fails where it succeeds, or ends in anything else. */
export async function refusal(work: Promise<unknown>, code: string): Promise<ExpectedError> {
  const error: unknown = await work.then(
    () => assert.fail(`it should have been refused with ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ExpectedError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}
