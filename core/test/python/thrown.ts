import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';

/** The expected error that synchronous work throws; fails where it throws nothing, or anything else. */
export function thrown(work: () => unknown): ExpectedError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    return error;
  }
  return assert.fail('it should have been refused');
}
