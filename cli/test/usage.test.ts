import assert from 'node:assert/strict';
import { medallion } from './support/medallion.ts';

/** Bad usage ends with code 2, says what was wrong, and prints nothing on stdout that a script could take for a result. */
const cases: readonly (readonly [name: string, args: readonly string[], code: RegExp])[] = [
  ['an unknown command', ['promte'], /usage\.unknown-command/],
  ['an unknown option', ['up', '--detatch'], /usage\.unknown-option/],
  ['a port base that is no number', ['up', '--port-base', 'abc'], /usage\.number/],
  ['a port base beyond the last port', ['up', '--port-base', '70000'], /usage\.port-base/],
  ['a query without SQL', ['query'], /usage\.query/],
  ['a parameter without a value', ['query', 'SELECT 1', '--param', 'x'], /usage\.parameter|emulator\.not-running/],
  ['a project that does not exist', ['ls', '--project', '/nowhere/at/all'], /project\.not-found/],
];

describe('bad usage', () => {
  for (const [name, args, code] of cases) {
    it(`${name} ends with exit code 2 and a code`, async () => {
      const ended = await medallion(...args);
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, code);
      assert.equal(ended.stdout, '');
    });
  }

  it('prints every command with --help', async () => {
    const { code, stdout } = await medallion('--help');
    assert.equal(code, 0);
    for (const name of ['up', 'down', 'status', 'env', 'ls', 'query', 'run'])
      assert.match(stdout, new RegExp(`medallion ${name}`));
  });
});
