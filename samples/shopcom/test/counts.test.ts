import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  type GeneratedManifest,
  type SourceCounts,
  geoEvents,
  interactionEvents,
  planDataSet,
  writeDataSet,
} from '../generator/main.ts';
import { isMoment, landedRecords, splitRecord, sum, tally, temporaryFolder } from './read-output.ts';

/** The rules of src/silver/order_lines.sql, written again. */
function lineReason(cells: readonly string[]): string | undefined {
  const [invoice, stock, , quantity = '', date, price = ''] = cells.map((cell) => cell.trim());
  if (cells.length > 8) return 'too_many_columns';
  if (cells.length < 8) return 'too_few_columns';
  if (!invoice) return 'missing_invoice_no';
  if (!stock) return 'missing_stock_code';
  if (!isMoment(date)) return 'bad_invoice_date';
  if (!/^-?\d+$/.test(quantity) || Number(quantity) === 0) return 'bad_quantity';
  return /^\d+(\.\d+)?$/.test(price) ? undefined : 'bad_unit_price';
}

type Event = Record<string, unknown>;

function parsed(body: string): Event | undefined {
  try {
    return JSON.parse(body) as Event;
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    return undefined;
  }
}

/** The rules of src/silver/interactions.sql, written again. */
function interactionReason(event: Event | undefined): string | undefined {
  if (!event) return 'not_json';
  if (event['event_id'] === undefined) return 'missing_event_id';
  if (event['session_id'] === undefined) return 'missing_session_id';
  const types: unknown[] = ['page_view', 'search', 'add_to_cart', 'purchase'];
  if (!types.includes(event['event_type'])) return 'unknown_event_type';
  return isMoment(event['event_time']) ? undefined : 'bad_event_time';
}

/** The rules of src/silver/geo.sql, written again. */
function pingReason(ping: Event | undefined): string | undefined {
  if (!ping) return 'not_json';
  if (ping['ping_id'] === undefined) return 'missing_ping_id';
  if (ping['session_id'] === undefined) return 'missing_session_id';
  const { latitude, longitude } = ping;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return 'missing_coordinates';
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return 'coordinates_out_of_range';
  return isMoment(ping['event_time']) ? undefined : 'bad_event_time';
}

/** Counts records as silver does: a malformed one is neither late nor a copy, and a copy is not late. */
function countAs<T>(
  records: readonly T[],
  rules: { reason: (record: T) => string | undefined; key: (record: T) => string; isLate: (record: T) => boolean },
): SourceCounts {
  const seen = new Set<string>();
  const counts: SourceCounts = { generated: records.length, late: 0, duplicates: 0, malformed: {} };
  for (const record of records) {
    const reason = rules.reason(record);
    const key = rules.key(record);
    if (reason !== undefined) counts.malformed[reason] = (counts.malformed[reason] ?? 0) + 1;
    else if (seen.has(key)) counts.duplicates++;
    else if (rules.isLate(record)) counts.late++;
    if (reason === undefined) seen.add(key);
  }
  return counts;
}

function countBodies(bodies: readonly string[], id: string, reason: (event: Event | undefined) => string | undefined) {
  const records = bodies.map((body) => parsed(body));
  const moment = (value: unknown): number => Date.parse(String(value));
  return countAs(records, {
    reason,
    key: (event) => String(event?.[id]),
    isLate: (event) => moment(event?.['received_time']) > moment(event?.['event_time']) + 3_600_000,
  });
}

function designed({ generated, late, duplicates, malformed }: SourceCounts): SourceCounts {
  return { generated, late, duplicates, malformed };
}

const dataSets = [
  { orders: 40, events: 300, seed: 1 },
  { orders: 1500, events: 12_000, seed: 7 },
];

for (const options of dataSets) {
  describe(`ShopCom's ${options.orders} orders and ${options.events} events`, () => {
    let manifest: GeneratedManifest;
    let interactions: string[];
    let pings: string[];
    let lines: ReturnType<typeof landedRecords>;
    let written: unknown;

    before(async () => {
      await using folder = await temporaryFolder();
      const plan = await planDataSet(options);
      manifest = await writeDataSet(plan, folder.path);
      interactions = Array.from(interactionEvents(plan), ({ body }) => body);
      pings = Array.from(geoEvents(plan), ({ body }) => body);
      lines = landedRecords(join(folder.path, 'export', 'transactions'));
      written = JSON.parse(readFileSync(join(folder.path, 'manifest.json'), 'utf8'));
    });

    it('are counted in the manifest as the files and the events tell', () => {
      const found = countAs(lines, {
        reason: ({ cells }) => lineReason(cells),
        key: ({ line }) => line,
        isLate: ({ file, cells }) => file.slice(0, 10) > (cells[4] ?? '').slice(0, 10),
      });
      assert.deepEqual(designed(manifest.sources.transactions), found);
      assert.deepEqual(manifest.sources.transactions.files, tally(lines.map(({ file }) => file)));
      assert.deepEqual(manifest.sources.interactions, countBodies(interactions, 'event_id', interactionReason));
      assert.deepEqual(manifest.sources.geo, countBodies(pings, 'ping_id', pingReason));
      assert.deepEqual(written, manifest);
    });

    it('hold at least one in a hundred of each fault in each source', () => {
      for (const { generated, late, duplicates, malformed } of Object.values(manifest.sources)) {
        for (const count of [late, duplicates, sum(Object.values(malformed))]) {
          assert.ok(count >= generated / 100, `${count} of ${generated}`);
        }
      }
    });

    it('are as many as asked, three interactions to one ping', () => {
      const total = interactions.length + pings.length;
      assert.ok(total >= options.events, `${total} events`);
      assert.ok(total < options.events * 1.05 + 40, `${total} events`);
      assert.ok(interactions.length / total > 0.65 && interactions.length / total < 0.85);
      const invoices = new Set(lines.map(({ cells }) => cells[0] ?? '').filter((invoice) => /^\d+$/.test(invoice)));
      assert.ok(invoices.size > options.orders * 0.97 && invoices.size <= options.orders, `${invoices.size} invoices`);
    });
  });
}

describe("ShopCom's malformed records", () => {
  it('have every reason that silver knows', async () => {
    await using folder = await temporaryFolder();
    const manifest = await writeDataSet(await planDataSet({ orders: 1000, events: 8000 }), folder.path);
    for (const [source, table] of Object.entries({
      transactions: 'order_lines',
      interactions: 'interactions',
      geo: 'geo',
    })) {
      const sql = readFileSync(new URL(`../src/silver/${table}.sql`, import.meta.url), 'utf8');
      const reasons = Array.from(sql.matchAll(/THEN '(\w+)'/g), ([, reason]) => reason).sort();
      const counts = manifest.sources[source as keyof GeneratedManifest['sources']];
      assert.deepEqual(Object.keys(counts.malformed).sort(), reasons, source);
    }
  });

  it('include commas that nobody quoted', () => {
    assert.deepEqual(splitRecord('1,A,"MUG, RED",2'), ['1', 'A', 'MUG, RED', '2']);
    assert.equal(lineReason(splitRecord('1,A,MUG, RED,2,2025-01-01 10:00:00,1.5,,France')), 'too_many_columns');
  });
});
