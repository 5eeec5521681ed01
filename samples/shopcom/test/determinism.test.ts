import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fingerprint, generate, geoEvents, interactionEvents, planDataSet } from '../generator/main.ts';
import { temporaryFolder } from './read-output.ts';

const size = { orders: 120, events: 900 };

/** A hash for each file that was written. */
async function filesOf(seed: number): Promise<Record<string, string>> {
  await using folder = await temporaryFolder();
  await generate({ ...size, seed, outDir: folder.path });
  const entries = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [file.slice(folder.path.length), createHash('sha256').update(readFileSync(file)).digest('hex')];
    }),
  );
}

async function eventsOf(seed: number): Promise<string[]> {
  const plan = await planDataSet({ ...size, seed });
  return [...interactionEvents(plan), ...geoEvents(plan)].map(({ partitionKey, body }) => `${partitionKey} ${body}`);
}

describe("ShopCom's seed", () => {
  it('gives the same bytes again, and another seed others', async () => {
    const [first, again, other] = [await filesOf(3), await filesOf(3), await filesOf(4)];
    assert.deepEqual(again, first);
    assert.ok(Object.keys(first).length > 50);
    const shared = Object.keys(first).filter((file) => first[file] === other[file]);
    assert.deepEqual(shared, []);
  });

  it('gives the same events in the same order, and another seed others', async () => {
    const [first, again, other] = [await eventsOf(3), await eventsOf(3), await eventsOf(4)];
    assert.deepEqual(again, first);
    assert.equal(first.filter((event) => other.includes(event)).length, 0);
  });

  it('tells each stream alone as both together', async () => {
    const plan = await planDataSet({ ...size, seed: 3 });
    const later = [...geoEvents(plan)];
    [...interactionEvents(plan)];
    assert.deepEqual([...geoEvents(plan)], later);
  });
});

describe("ShopCom's fingerprint", () => {
  it('is the same for the same data set, wherever it is written', async () => {
    const given = await fingerprint({ orders: 10, events: 20 });
    assert.equal(await fingerprint({ orders: 10, events: 20, seed: 2025 }), given);
    const others = [
      { orders: 11, events: 20 },
      { orders: 10, events: 21 },
      { orders: 10, events: 20, seed: 1 },
    ];
    const all = new Set([given, ...(await Promise.all(others.map((options) => fingerprint(options))))]);
    assert.equal(all.size, 4);
  });

  it('follows the names, sizes and times of real files', async () => {
    await using folder = await temporaryFolder();
    const options = { orders: 1, events: 10, transactionsDir: folder.path };
    const file = join(folder.path, '2011-01-04.csv');
    const stamp = async (text: string, time: number): Promise<string> => {
      writeFileSync(file, text);
      utimesSync(file, time, time);
      return fingerprint(options);
    };
    const first = await stamp('a\nb\n', 1000);
    assert.equal(await stamp('a\nb\n', 1000), first);
    assert.equal(await fingerprint({ ...options, orders: 99 }), first);
    assert.notEqual(await stamp('a\nb\n', 1001), first);
    assert.notEqual(await stamp('a\nb\nc\n', 1000), first);
  });

  it('refuses options that make no data set, by name', async () => {
    await assert.rejects(fingerprint({ orders: 0, events: 1 }), /RangeError: orders/);
    await assert.rejects(fingerprint({ orders: 1.5, events: 1 }), /RangeError: orders/);
    await assert.rejects(fingerprint({ orders: 1, events: -1 }), /RangeError: events/);
    await assert.rejects(fingerprint({ orders: 1, events: 1, seed: 0.5 }), /RangeError: seed/);
  });
});
