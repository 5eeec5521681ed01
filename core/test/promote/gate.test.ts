import assert from 'node:assert/strict';
import { checkGate } from '@medallion/core/promote/gate.ts';

const content = { job: 'daily', hash: 'h2', files: { 'src/a.sql': '1', 'src/b.sql': '2' } };

describe('the gate', () => {
  it('opens on a run that vouches for exactly these bytes', () => {
    checkGate([content], { daily: { validated: { job: 'daily', contentHash: 'h2', files: content.files } } });
  });

  it('stays closed without a run, and names the jobs', () => {
    assert.throws(() => checkGate([content], {}), { code: 'promote.not-validated', message: /daily/ });
    assert.throws(() => checkGate([content], { daily: { validated: undefined } }), { code: 'promote.not-validated' });
  });

  it('stays closed after a change, and names the files that were changed, added or taken away', () => {
    const files = { 'src/a.sql': '0', 'src/c.sql': '3' };
    assert.throws(() => checkGate([content], { daily: { validated: { job: 'daily', contentHash: 'h1', files } } }), {
      code: 'promote.changed-since-validation',
      message: /src\/a\.sql, src\/b\.sql, src\/c\.sql/,
    });
  });

  it("names the job's settings where no file changed", () => {
    const validated = { job: 'daily', contentHash: 'h1', files: content.files };
    assert.throws(() => checkGate([content], { daily: { validated } }), { message: /the job's settings/ });
  });
});
