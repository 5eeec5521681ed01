import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { generate, geoEvents, interactionEvents, planDataSet } from '../generator/main.ts';
import { temporaryFolder } from './read-output.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const files: Record<string, string> = {
  '2011-03-01.csv': [
    header,
    '545220,21955,"DOORMAT, UNION JACK",2,2011-03-01 08:30:00,7.95,14620.0,United Kingdom',
    '545220,48194,DOORMAT HEARTS,2,2011-03-01 08:30:00,7.95,14620.0,United Kingdom',
    '545221,22720,"SET OF 3 ""PANTRY"" TINS",3,2011-03-01 08:35:00,4.95,,EIRE',
    'C545222,22720,SET OF 3 CAKE TINS,-1,2011-03-01 09:00:00,4.95,14620.0,United Kingdom',
    'A563185,B,Adjust bad debt,1,2011-03-01 09:10:00,11062.06,,United Kingdom',
    '545223,too,few',
    '545224,22720,TINS,1,not a date,4.95,1.0,France',
    '545225,"open,1,2011-03-01 09:00:00,1.0,1.0,France',
    '',
  ].join('\n'),
  '2011-03-02.csv': `\uFEFF${header}\r\n545300,85123A,HEART,6,2011-03-02 10:00:00,2.55,17850.0,European Community\r\n`,
};

async function folderOf(path: string): Promise<string> {
  const folder = join(path, 'real');
  await mkdir(join(folder, 'nested.csv'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'README.txt'), 'not a table');
  return folder;
}

describe('ShopCom on real Online Retail files', () => {
  it('takes the files as they are and leaves the reference folders empty', async () => {
    await using folder = await temporaryFolder();
    const transactionsDir = await folderOf(folder.path);
    const outDir = join(folder.path, 'out');
    const manifest = await generate({ orders: 5, events: 100, transactionsDir, outDir });
    const landed = join(outDir, 'export', 'transactions');
    assert.deepEqual(readdirSync(landed).sort(), Object.keys(files));
    for (const [name, text] of Object.entries(files)) assert.equal(readFileSync(join(landed, name), 'utf8'), text);
    assert.deepEqual(readdirSync(join(outDir, 'export', 'reference', 'customers')), []);
    assert.deepEqual(readdirSync(join(outDir, 'export', 'reference', 'products')), []);
    assert.deepEqual(manifest.sources.transactions, {
      origin: 'real',
      generated: 9,
      late: 0,
      duplicates: 0,
      malformed: {},
      files: { '2011-03-01.csv': 8, '2011-03-02.csv': 1 },
    });
    assert.deepEqual(manifest.reference, { customers: 0, products: 0 });
    assert.equal(manifest.options.transactionsDir, transactionsDir);
  });

  it('tells events around the real invoices, of the real customers and countries', async () => {
    await using folder = await temporaryFolder();
    const plan = await planDataSet({ orders: 1, events: 2000, transactionsDir: await folderOf(folder.path) });
    assert.deepEqual(
      plan.shop.orders.map(({ invoiceNo, customerId, country, lines }) => [
        invoiceNo,
        customerId,
        country,
        lines.length,
      ]),
      [
        ['545220', '14620', 'United Kingdom', 2],
        ['545221', undefined, 'EIRE', 1],
        ['545300', '17850', 'European Community', 1],
      ],
    );
    const events = Array.from(interactionEvents(plan)).filter(({ fault }) => fault.kind === 'none');
    const records = events.map(({ body }) => JSON.parse(body) as Record<string, string | undefined>);
    const known = new Set(['14620', '17850', undefined]);
    assert.ok(records.every((record) => known.has(record['customer_id'])));
    assert.ok(records.every((record) => record['event_time']!.startsWith('2011-03-0')));
    assert.ok(plan.sessions.some(({ order }) => order !== undefined));
    const codes = new Set(
      Array.from(geoEvents(plan))
        .filter(({ fault }) => fault.kind === 'none')
        .map(({ body }) => (JSON.parse(body) as Record<string, unknown>)['country_code']),
    );
    assert.deepEqual(codes, new Set(['GB', 'IE', undefined]));
  });

  it('refuses a folder without tables, or without order lines, by name', async () => {
    await using folder = await temporaryFolder();
    const options = { orders: 1, events: 10, transactionsDir: folder.path };
    await assert.rejects(planDataSet(options), /holds no \.csv file/);
    writeFileSync(join(folder.path, 'other.csv'), 'a,b\n1,2\n');
    await assert.rejects(planDataSet(options), /hold no order line/);
  });

  it('replaces what an export of before left', async () => {
    await using folder = await temporaryFolder();
    const outDir = join(folder.path, 'out');
    await generate({ orders: 30, events: 0, outDir });
    const transactionsDir = await folderOf(folder.path);
    await generate({ orders: 30, events: 0, transactionsDir, outDir });
    assert.deepEqual(readdirSync(join(outDir, 'export', 'transactions')).sort(), Object.keys(files));
  });
});
