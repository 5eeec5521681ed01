import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { checkConstants } from '@medallion/core/engine/child/relations/constants.ts';

const profile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'test' };

describe('constants that are computed before a query', () => {
  const asked: string[] = [];
  const read = (sql: string): Promise<void> => {
    asked.push(sql);
    if (sql.includes('odd')) return Promise.reject(new Error('Invalid Input Error: [NOT_EMULATED] odd'));
    if (sql.includes('1 / 0')) return Promise.reject(new Error('Invalid Input Error: [DIVIDE_BY_ZERO] x'));
    if (sql.includes('wrong')) {
      const wrong = { code: 'engine.analysis-failed', message: 'wrong', nextStep: 'x' };
      return Promise.reject(new ExpectedError(wrong));
    }
    return Promise.resolve();
  };
  const check = async (known: Set<string>, ...constants: readonly string[]) => {
    asked.length = 0;
    await checkConstants({ constants }, profile, known, read);
    return [...asked];
  };

  it('are asked once, all in one query', async () => {
    const known = new Set<string>();
    assert.deepEqual(await check(known, 'a', 'b'), ['SELECT a, b']);
    assert.deepEqual(await check(known, 'b', 'c'), ['SELECT c']);
    assert.deepEqual(await check(known, 'a'), []);
  });

  it('raise what they raise, also beside one that is only turned down here', async () => {
    await assert.rejects(check(new Set(), '1 / 0'), /DIVIDE_BY_ZERO/);
    await assert.rejects(check(new Set(), 'odd', '1 / 0'), /DIVIDE_BY_ZERO/);
    await assert.rejects(check(new Set(), 'wrong', '1 / 0'), /DIVIDE_BY_ZERO/);
    assert.deepEqual(await check(new Set(), 'odd', 'a'), ['SELECT odd, a', 'SELECT odd', 'SELECT a']);
    assert.deepEqual(await check(new Set(), 'odd'), ['SELECT odd']);
  });
});
