import assert from 'node:assert/strict';
import { soak } from './soak.ts';

/** A fixed share of `npm run soak`; another seed or more of them: `npm run soak -- --seed 7 --mutations 5000`. */
const seed = 20_260_101;
const mutations = 60;

describe('damaged files', function () {
  this.timeout(600_000);
  it(`are refused or read, and leave tables whole (${mutations} mutations, seed ${seed})`, async () => {
    const result = await soak({ seed, mutations });
    assert.deepEqual(result.failures, []);
    const refusals = Object.values(result.refused).reduce((sum, count) => sum + count, 0);
    assert.equal(result.read + refusals, mutations);
    assert.ok(result.read > 5 && refusals > 15, JSON.stringify(result));
  });
});
