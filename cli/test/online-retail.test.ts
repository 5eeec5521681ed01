import assert from 'node:assert/strict';
import { json, medallion, temporaryState } from './support/medallion.ts';
import { classifiedLines, plainDuckdb } from './support/plain-duckdb.ts';

const folder = process.env['MEDALLION_ONLINE_RETAIL'];

/** The rules of silver, applied by plain DuckDB to the same files: what differs from the sum over all rows is named line by line. */
describe('Online Retail [data: MEDALLION_ONLINE_RETAIL]', function () {
  this.timeout(600_000);

  it('gives the net revenue of the written rules over 541,909 real lines', async function () {
    if (folder === undefined) return this.skip();
    await using state = temporaryState();
    const args = ['--events', '2000', '--transactions', folder, '--keep', '--port-base', '0', '--json'];
    const ended = await medallion('start', ...args, '--state', state.path);
    assert.equal(ended.code, 0, ended.stderr);
    const { sources, tables } = json<{
      sources: { transactions: { generated: number; captured: number } };
      tables: Record<string, { rows: number; quarantined: number; duplicates: number }>;
    }>(ended);
    await using duckdb = await plainDuckdb();
    await duckdb.rows(`CREATE TABLE lines AS ${classifiedLines(`${folder}/*.csv`)}`);
    const [all] = await duckdb.rows('SELECT count(*) AS n, CAST(sum(amount) AS VARCHAR) AS net FROM lines');
    assert.equal(Number(all?.['n']), sources.transactions.captured);
    assert.equal(tables['bronze.transactions']?.rows, sources.transactions.captured);

    const ask = async (sql: string) =>
      json<{ rows: (string | number | null)[][] }>(
        await medallion('query', sql, '--json', '--rows', '20000', '--state', state.path),
      ).rows;
    const lineOf = 'InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID, Country';
    const texts = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map(String).join('|')).sort();
    const plain = async (sql: string) => texts((await duckdb.rows(sql)).map((row) => Object.values(row)));

    const quarantined = await ask(`SELECT reason, ${lineOf} FROM silver.order_lines_quarantine`);
    assert.deepEqual(texts(quarantined), await plain(`SELECT reason, ${lineOf} FROM lines WHERE reason IS NOT NULL`));
    const duplicates = await ask(`SELECT ${lineOf}, copy_number FROM silver.order_lines_duplicates`);
    assert.deepEqual(
      texts(duplicates),
      await plain(`SELECT ${lineOf}, copy_number FROM lines WHERE reason IS NULL AND copy_number > 1`),
    );

    const [net] = await ask('SELECT sum(net_amount) AS net, count(*) AS n FROM silver.order_lines');
    const [expected] = await duckdb.rows(
      'SELECT CAST(sum(amount) AS VARCHAR) AS net, count(*) AS n FROM lines WHERE reason IS NULL AND copy_number = 1',
    );
    assert.equal(String(net?.[0]), String(expected?.['net']));
    assert.equal(Number(net?.[1]), Number(expected?.['n']));
    const [away] = await duckdb.rows(
      'SELECT CAST(coalesce(sum(amount), 0) AS VARCHAR) AS net FROM lines WHERE reason IS NOT NULL OR copy_number > 1',
    );
    // In ten-thousandths, so that no rounding hides a line.
    const units = (value: unknown) => BigInt(String(value).replace(/^(-?\d+)\.(\d{4})$/, '$1$2'));
    assert.equal(units(all?.['net']), units(net?.[0]) + units(away?.['net']));
  });
});
