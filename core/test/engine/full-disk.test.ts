import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startLake } from './lake.ts';
import type { LimitedOrders, LimitedOutcome } from './limited-parent.ts';

describe('the engine on a full disk', function () {
  this.timeout(60_000);

  it('says so, leaves no table, no staged file and no half of a cached one, and goes on', async () => {
    await using lake = await startLake();
    await lake.land('big/a.csv', Buffer.alloc(4_000_000, 'a,b\n'));
    const files = '@files{/Volumes/shop/bronze/landing/big|format=csv|schema=a STRING, b STRING}';
    // A limit on the size of files (blocks of 512 or 1024 bytes) stands for the full disk: both let a write fail half way.
    const parent = spawn(
      'sh',
      [
        '-c',
        `trap '' XFSZ; ulimit -f 512; exec "$0" "$1"`,
        process.execPath,
        fileURLToPath(new URL('./limited-parent.ts', import.meta.url)),
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
    );
    const ended = once(parent, 'exit');
    parent.send({
      environment: lake.azure.environment,
      stateFolder: lake.stateFolder,
      scripts: [
        `CREATE TABLE gold.fetched AS SELECT count(*) AS n FROM ${files} -> n:bigint`,
        'CREATE TABLE gold.big AS SELECT hash(range)::VARCHAR || hash(range + 1)::VARCHAR AS s FROM range(200000) -> s:string',
        'CREATE TABLE gold.small AS SELECT 1 AS n -> n:int',
      ],
    } satisfies LimitedOrders);
    const [outcomes] = (await once(parent, 'message')) as [readonly LimitedOutcome[]];
    await ended;
    assert.deepEqual(outcomes, ['engine.disk-full', 'engine.disk-full', 'done']);
    for (const [table, found] of [
      ['fetched', false],
      ['big', false],
      ['small', true],
    ] as const) {
      const entry = await lake.resolver.findTable({ catalog: 'shop', schema: 'gold', table });
      assert.equal(entry !== undefined, found, table);
    }
    const left = readdirSync(lake.stateFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    assert.deepEqual(
      left.map(({ name }) => name.replace(/-\d+$/, '')),
      ['immutable'],
      'only the small table is kept',
    );
  });
});
