import assert from 'node:assert/strict';
import { Ajv, type AnySchema } from 'ajv';
import ledgerSchema from '../../../schemas/ledger.schema.json' with { type: 'json' };
import planSchema from '../../../schemas/plan.schema.json' with { type: 'json' };
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { stringifyLossless } from '@medallion/core/azure/lossless.ts';
import { lakeLedger } from '@medallion/core/promote/ledger.ts';
import type { Ledger } from '@medallion/core/promote/ledger.generated.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import { code, type Rehearsal, startRehearsal } from './rehearsal.ts';

function check(schema: AnySchema, value: unknown): void {
  const validate = new Ajv({ allErrors: true, formats: { 'date-time': true } }).compile(schema);
  assert.ok(validate(JSON.parse(stringifyLossless(value))), JSON.stringify(validate.errors));
}

describe('plans and ledgers', () => {
  let rehearsal: Rehearsal;
  const store = () => lakeLedger(createStorageClient(rehearsal.environment), 'local', 'shop');
  const service = (accountKey: string, url = 'https://st.dfs.core.windows.net') => ({
    name: 'lake',
    properties: {
      type: 'AzureBlobFS',
      typeProperties: { url, accountKey: { type: 'SecureString', value: accountKey } },
    },
  });
  before(async () => {
    rehearsal = await startRehearsal();
  });
  after(() => rehearsal[Symbol.asyncDispose]());

  it('have their schemas, also while a promotion is under way, and never hold a secret', async () => {
    const written: Ledger[] = [];
    const real = store();
    const recording = {
      ...real,
      write: (ledger: Ledger, etag: string | undefined) => {
        written.push(structuredClone(ledger));
        return real.write(ledger, etag);
      },
    };
    const first = await planPromotion(await rehearsal.input());
    await rehearsal.promote({ ledger: recording });
    rehearsal.folder.write('factory/linkedService/lake.json', service('an0ther', 'https://new.dfs.core.windows.net'));
    const second = await planPromotion(await rehearsal.input());
    assert.equal(second.counts.update, 1, renderPlan(second));
    await rehearsal.promote({ ledger: recording });
    for (const plan of [first, second]) check(planSchema, plan);
    for (const ledger of written) check(ledgerSchema, ledger);
    assert.ok(written.some(({ journal }) => journal?.entries.some(({ previous }) => previous !== undefined)));
    const everything = stringifyLossless([first, second, written]);
    assert.ok(!everything.includes('k3y') && !everything.includes('an0ther'));
    assert.equal(written.at(-1)?.journal, undefined);
  });

  it('a secret that changed alone is promoted once', async () => {
    rehearsal.folder.write('factory/linkedService/lake.json', service('a-third', 'https://new.dfs.core.windows.net'));
    const { plan, calls } = await rehearsal.promote();
    assert.match(renderPlan(plan), /lake: a secret changed/);
    assert.equal(calls, 1);
    assert.equal((await rehearsal.promote()).calls, 0);
  });

  it('a plan is the same plan when nothing has changed', async () => {
    const input = await rehearsal.input();
    assert.deepEqual(await planPromotion(input), await planPromotion(input));
  });

  it('a ledger that somebody else wrote meanwhile is not written over', async () => {
    const { ledger, etag } = await store().read();
    const next = await store().write({ ...ledger, serial: ledger.serial + 1 }, etag);
    await assert.rejects(store().write(ledger, etag), code('promote.concurrent'));
    await assert.rejects(store().write(ledger, undefined), code('promote.concurrent'));
    assert.equal((await store().read()).etag, next);
  });

  it('a ledger that cannot be read stops everything: nobody would know what is owned', async () => {
    const storage = createStorageClient(rehearsal.environment);
    const place = { container: 'medallion', path: 'ledger/local/shop.json' };
    await storage.write(place, new TextEncoder().encode('{"version":1,"serial"'));
    await assert.rejects(rehearsal.promote(), code('promote.ledger-damaged'));
  });
});
