import assert from 'node:assert/strict';
import { checkGate, type GateInput } from '@medallion/core/promote/gate.ts';

const content = { job: 'daily', hash: 'h2', files: { 'src/a.sql': '1', 'src/b.sql': '2' } };

const gateOf = (evidence: GateInput['evidence'], more: Partial<GateInput> = {}): GateInput => ({
  contents: [content],
  evidence,
  blocked: [],
  ...more,
});

describe('the gate', () => {
  it('opens on a run that vouches for exactly these bytes', () => {
    checkGate(gateOf({ daily: { validated: { job: 'daily', contentHash: 'h2', files: content.files } } }));
  });

  it('stays closed without a run, and names the jobs', () => {
    assert.throws(() => checkGate(gateOf({})), { code: 'promote.not-validated', message: /daily/ });
    assert.throws(() => checkGate(gateOf({ daily: { validated: undefined } })), { code: 'promote.not-validated' });
  });

  it('stays closed after a change, and names the files that were changed, added or taken away', () => {
    const files = { 'src/a.sql': '0', 'src/c.sql': '3' };
    assert.throws(() => checkGate(gateOf({ daily: { validated: { job: 'daily', contentHash: 'h1', files } } })), {
      code: 'promote.changed-since-validation',
      message: /src\/a\.sql, src\/b\.sql, src\/c\.sql/,
    });
  });

  it("names the job's settings where no file changed", () => {
    const validated = { job: 'daily', contentHash: 'h1', files: content.files };
    assert.throws(() => checkGate(gateOf({ daily: { validated } })), { message: /the job's settings/ });
  });

  it('asks for the word of the user for a job that cannot run here, and for that job only', () => {
    const validated = { job: 'daily', contentHash: 'h2', files: content.files };
    const evidence = { daily: { validated } };
    const blocked = [{ job: 'train', reason: 'It needs Spark.' }];
    assert.throws(() => checkGate(gateOf(evidence, { blocked })), {
      code: 'promote.cannot-validate',
      message: /train cannot be validated here: It needs Spark/,
      nextStep: /--accept-unvalidated train/,
    });
    checkGate(gateOf(evidence, { blocked, accepted: ['train'] }));
    for (const job of ['daily', 'nowhere']) {
      assert.throws(() => checkGate(gateOf(evidence, { blocked, accepted: ['train', job] })), {
        code: 'promote.not-to-accept',
        message: new RegExp(job),
      });
    }
  });
});
