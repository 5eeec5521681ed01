import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { json, medallion, start, temporaryState } from './support/medallion.ts';
import { assertShape } from './support/schema.ts';
import { classifiedLines, plainDuckdb } from './support/plain-duckdb.ts';

interface Counts {
  readonly generated: number;
  readonly sent: number;
  readonly captured: number;
}

interface StartResult {
  readonly sources: Readonly<Record<'transactions' | 'interactions' | 'geo', Counts>>;
  readonly tables: Readonly<
    Record<string, { readonly rows: number; readonly quarantined: number; readonly duplicates: number }>
  >;
  readonly contracts: readonly { readonly table: string; readonly passed: number; readonly failed: number }[];
  readonly quarantine: readonly { readonly table: string; readonly reason: string; readonly rows: number }[];
  readonly run: { readonly statements: number; readonly engineStatements: number };
  readonly promotion: {
    readonly plan: Readonly<Record<'create' | 'update' | 'delete' | 'same', number>>;
    readonly replan: Readonly<Record<'create' | 'update' | 'delete' | 'same' | 'drift', number>>;
    readonly calls: number;
  };
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
}

interface Manifest {
  readonly sources: Readonly<
    Record<
      'transactions' | 'interactions' | 'geo',
      { generated: number; duplicates: number; malformed: Record<string, number> }
    >
  >;
}

const silverOf = { transactions: 'order_lines', interactions: 'interactions', geo: 'geo' } as const;
const sources = ['transactions', 'interactions', 'geo'] as const;

describe('medallion start', function () {
  this.timeout(300_000);
  const small = ['--orders', '600', '--events', '5000', '--port-base', '0', '--json'];
  let state: ReturnType<typeof temporaryState>;
  let first: StartResult;

  before(async () => {
    state = temporaryState();
    const ended = await medallion('start', ...small, '--state', state.path);
    assert.equal(ended.code, 0, ended.stderr);
    first = json<StartResult>(ended);
    assertShape('start', first);
  });
  after(() => state[Symbol.asyncDispose]());

  it('keeps and counts every record from its source to silver, by reason', () => {
    const manifest = JSON.parse(readFileSync(join(state.path, 'sources', 'manifest.json'), 'utf8')) as Manifest;
    for (const source of sources) {
      const { generated, duplicates, malformed } = manifest.sources[source];
      const silver = first.tables[`silver.${silverOf[source]}`];
      assert.deepEqual(first.sources[source], { generated, sent: generated, captured: generated }, source);
      assert.equal(first.tables[`bronze.${source}`]?.rows, generated, `bronze.${source}`);
      assert.ok(silver);
      assert.equal(silver.rows + silver.quarantined + silver.duplicates, generated, `silver of ${source}`);
      assert.equal(silver.duplicates, duplicates, `duplicates of ${source}`);
      const reasons = first.quarantine.filter(({ table }) => table === `silver.${silverOf[source]}`);
      assert.deepEqual(
        Object.fromEntries(reasons.map(({ reason, rows }) => [reason, rows]).sort()),
        Object.fromEntries(
          Object.entries(malformed)
            .filter(([, rows]) => rows > 0)
            .sort(),
        ),
        `reasons of ${source}`,
      );
    }
  });

  it('gives the net revenue that plain DuckDB computes from the export', async () => {
    await using duckdb = await plainDuckdb();
    const lines = classifiedLines(join(state.path, 'sources', 'export', 'transactions', '*.csv'));
    const [expected] = await duckdb.rows(
      `SELECT CAST(sum(amount) AS VARCHAR) AS net FROM (${lines}) WHERE reason IS NULL AND copy_number = 1`,
    );
    await medallion('up', '--detach', '--port-base', '0', '--state', state.path);
    for (const sql of [
      'SELECT sum(net_amount) AS net FROM silver.order_lines',
      'SELECT sum(net_revenue) AS net FROM gold.daily_revenue',
    ]) {
      const ended = await medallion('query', sql, '--json', '--state', state.path);
      const { rows } = json<{ rows: (string | number)[][] }>(ended);
      assert.equal(Number(rows[0]?.[0]).toFixed(4), Number(expected?.['net']).toFixed(4), sql);
    }
    await medallion('down', '--state', state.path);
  });

  it('checks every table of the project against a contract that holds', () => {
    assert.equal(first.contracts.length, 21);
    for (const { table, passed, failed } of first.contracts) {
      assert.equal(failed, 0, `${table} breaks its contract`);
      assert.ok(passed > 0, `${table} was checked by nothing`);
    }
  });

  it('rehearses a promotion that leaves nothing to do', () => {
    const { plan, replan } = first.promotion;
    assert.equal(plan.create, 13 + 1 + 5, 'the files, the job, the objects of the factory and its global parameters');
    assert.deepEqual({ ...replan, same: 0 }, { ...replan, create: 0, update: 0, delete: 0, drift: 0, same: 0 });
    assert.equal(replan.same, plan.create + plan.same + plan.update);
  });

  it('does nothing the second time: no event, no statement, no changed object', async () => {
    const again = json<StartResult>(await medallion('start', ...small, '--state', state.path));
    for (const source of sources) assert.equal(again.sources[source].sent, 0, source);
    assert.deepEqual({ ...again.run, id: '', state: '' }, { id: '', state: '', statements: 0, engineStatements: 0 });
    assert.equal(again.promotion.calls, 0);
    assert.equal(again.promotion.plan.create + again.promotion.plan.update + again.promotion.plan.delete, 0);
    assert.deepEqual(again.tables, first.tables);
    assert.deepEqual(again.contracts, first.contracts);
  });

  it('says that the lake holds another data set, and rebuilds it', async () => {
    const other = await medallion(
      'start',
      '--orders',
      '300',
      '--events',
      '2000',
      '--port-base',
      '0',
      '--json',
      '--state',
      state.path,
    );
    assert.equal(other.code, 0, other.stderr);
    assert.match(other.stderr, /The lake holds another data set: it is rebuilt\./);
    const result = json<StartResult>(other);
    for (const source of sources) {
      assert.equal(result.tables[`bronze.${source}`]?.rows, result.sources[source].generated, source);
    }
  });

  it('ends clean on Ctrl-C in the middle, and the next start works', async () => {
    const { child, ended } = start([
      'start',
      '--orders',
      '500',
      '--events',
      '3000',
      '--port-base',
      '0',
      '--state',
      state.path,
    ]);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes("Generate the shop's sources")) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /run\.cancelled/);
    assert.deepEqual(json(await medallion('status', '--json', '--state', state.path)), { running: false });
    const next = await medallion(
      'start',
      '--orders',
      '500',
      '--events',
      '3000',
      '--port-base',
      '0',
      '--json',
      '--state',
      state.path,
    );
    assert.equal(next.code, 0, next.stderr);
    assert.match(next.stderr, /a part of a data set that was not finished/);
  });
});
