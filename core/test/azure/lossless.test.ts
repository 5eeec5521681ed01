import assert from 'node:assert/strict';
import { parseLossless, stringifyLossless } from '@medallion/core/azure/lossless.ts';

describe('lossless JSON', () => {
  it('keeps an int64 id to the digit and ordinary numbers ordinary', () => {
    const text = '{"job_id":9007199254740993,"small":12,"decimal":2.5,"last":9007199254740991}';
    const value = parseLossless(text);
    assert.deepEqual(value, { job_id: 9007199254740993n, small: 12, decimal: 2.5, last: 9007199254740991 });
    assert.equal(stringifyLossless(value), text);
  });
});
