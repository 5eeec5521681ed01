import assert from 'node:assert/strict';
import { bytesSource, type CountedSource, countReads } from '@medallion/core/formats/range-source.ts';

export function memory(bytes: Uint8Array, name = 'test-file'): CountedSource {
  return countReads(bytesSource(name, bytes));
}

/** For `assert.rejects`: an expected error with this code whose message names the file and says what. */
export function refusal(code: string, what: RegExp): (error: unknown) => true {
  return (error) => {
    assert.equal((error as { code?: unknown }).code, code, String(error instanceof Error ? error.stack : error));
    assert.match((error as Error).message, /test-file/);
    assert.match((error as Error).message, what);
    return true;
  };
}
