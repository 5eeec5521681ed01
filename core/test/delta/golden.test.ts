import assert from 'node:assert/strict';
import { openDuckDb, type TestDuckDb } from './duckdb.ts';
import { goldenNames, judgeGolden } from './golden-tables.ts';

/** Delta Kernel's golden tables: `<name>.tar.zst` or folders, each with `delta/` and, where it can be read, `expected/*.parquet`. */
const golden = process.env['MEDALLION_DELTA_GOLDEN'];

if (golden !== undefined) {
  describe('Delta golden tables', () => {
    let duckdb: TestDuckDb;
    before(async () => {
      duckdb = await openDuckDb();
    });
    after(() => duckdb.close());

    const names = goldenNames(golden);
    assert.ok(names.length > 0, `${golden} holds no golden tables`);
    for (const name of names) {
      it(name, async () => {
        const { verdict, detail } = await judgeGolden(duckdb, golden, name);
        assert.ok(verdict === 'same' || verdict === 'refused', `${verdict}: ${detail}`);
      });
    }
  });
}
