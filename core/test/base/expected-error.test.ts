import assert from 'node:assert/strict';
import { ExpectedError, expectedErrorToData } from '@medallion/core/base/expected-error.ts';

describe('ExpectedError', () => {
  it('crosses a process boundary with code, next step and range, and without its cause', () => {
    const range = { file: 'a.sql', start: { line: 2, column: 3 } };
    const error = new ExpectedError({ code: 'sql.x', message: 'm', nextStep: 'n', range, cause: new Error('secret') });
    const copy = new ExpectedError(structuredClone(expectedErrorToData(error)));
    assert.deepEqual(
      {
        code: copy.code,
        message: copy.message,
        nextStep: copy.nextStep,
        range: copy.range,
        kind: copy.kind,
        cause: copy.cause,
      },
      { code: 'sql.x', message: 'm', nextStep: 'n', range, kind: 'refused', cause: undefined },
    );
  });
});
