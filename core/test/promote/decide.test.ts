import assert from 'node:assert/strict';
import { decide, type ThreeWays } from '@medallion/core/promote/decide.ts';
import { hashOf } from '@medallion/core/promote/canonical.ts';
import { markSecrets } from '@medallion/core/promote/secrets.ts';
import { pipelineTarget } from '@medallion/core/promote/targets/datafactory/pipeline.ts';
import { schemaTarget } from '@medallion/core/promote/targets/databricks/schema.ts';
import type { PromotionTarget } from '@medallion/core/promote/targets/target.ts';

const sealed = (value: string, target: PromotionTarget = pipelineTarget) => ({
  key: 'key',
  target,
  canonical: { value },
  hash: hashOf(value),
});
const wanted = (value: string, target?: PromotionTarget) => ({
  ...sealed(value, target),
  object: { name: 'n', title: 'n', body: { value } },
});
const live = (value: string, ours = true, target?: PromotionTarget) => ({
  ...sealed(value, target),
  object: { name: 'n', title: 'n', body: { value }, ours },
});
const last = (value: string) => ({ kind: 'k', name: 'n', title: 'n', hash: hashOf(value) });

const cases: readonly (readonly [string, Partial<ThreeWays>, string | undefined])[] = [
  ['nothing anywhere', {}, undefined],
  ['wanted, not there', { wanted: wanted('a') }, 'create'],
  ['wanted, deleted outside', { wanted: wanted('a'), last: last('a') }, 'create'],
  ['as wanted', { wanted: wanted('a'), live: live('a'), last: last('a') }, 'same'],
  ['as wanted, though the ledger was lost', { wanted: wanted('a'), live: live('a') }, 'same'],
  ['as wanted, though the ledger says otherwise', { wanted: wanted('a'), live: live('a'), last: last('b') }, 'same'],
  ['changed in the project', { wanted: wanted('b'), live: live('a'), last: last('a') }, 'update'],
  ['changed in the project, ledger lost', { wanted: wanted('b'), live: live('a') }, 'update'],
  ['changed outside', { wanted: wanted('a'), live: live('x'), last: last('a') }, 'drift'],
  ['changed on both sides', { wanted: wanted('b'), live: live('x'), last: last('a') }, 'drift'],
  ['no longer wanted', { live: live('a'), last: last('a') }, 'same'],
  ['no longer wanted, deleting asked for', { live: live('a'), last: last('a'), deleteRemoved: true }, 'delete'],
  ["somebody else's", { live: live('a', false), deleteRemoved: true }, 'foreign'],
  ["somebody else's under a wanted name", { wanted: wanted('a'), live: live('x', false) }, 'foreign'],
  ["somebody else's, just as wanted", { wanted: wanted('a'), live: live('a', false) }, 'foreign'],
  ['data is never deleted', { live: live('a', true, schemaTarget), last: last('a'), deleteRemoved: true }, 'same'],
  [
    "somebody else's schema is used",
    { wanted: wanted('a', schemaTarget), live: live('x', false, schemaTarget) },
    'foreign',
  ],
];

describe('three-way decision', () => {
  for (const [name, ways, action] of cases) {
    it(`${name}: ${action ?? 'nothing'}`, () => {
      const decision = decide({ wanted: undefined, live: undefined, last: undefined, deleteRemoved: false, ...ways });
      assert.equal(decision?.action, action);
    });
  }

  it('blocks the promotion only where the name of a pipeline is taken, not of a schema', () => {
    const taken = { last: undefined, deleteRemoved: false };
    assert.equal(decide({ ...taken, wanted: wanted('a'), live: live('x', false) })?.conflict, true);
    const schema = { wanted: wanted('a', schemaTarget), live: live('x', false, schemaTarget) };
    assert.equal(decide({ ...taken, ...schema })?.conflict, undefined);
  });

  it('updates where only a secret changed, and knows it without keeping the secret', () => {
    const body = (secret: string) => ({ password: { type: 'SecureString', value: secret } });
    const mark = markSecrets(body('one'));
    assert.ok(mark !== undefined && !mark.includes('one'));
    const ways = (secret: string) => ({
      wanted: { ...wanted('a'), object: { name: 'n', title: 'n', body: body(secret) } },
      live: live('a'),
      last: { ...last('a'), secrets: mark },
      deleteRemoved: false,
    });
    assert.equal(decide(ways('one'))?.action, 'same');
    assert.deepEqual(decide(ways('two')), { action: 'update', reason: 'a secret changed' });
  });
});
