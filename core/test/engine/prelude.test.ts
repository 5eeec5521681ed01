import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Database } from '@medallion/core/engine/child/database.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';

describe('the macros of a profile', function () {
  this.timeout(60_000);

  // Two families once made a macro of one name: the later one silently answered for both.
  it('have names of their own', async () => {
    const dialect = await createDialect();
    for (const ansi of [true, false]) {
      const texts = dialect.prelude({ ansi, timeZone: 'Etc/UTC', decidedBy: 'the test' });
      const names = texts.flatMap((text) => /\bMACRO\s+"?(\w+)/i.exec(text)?.[1] ?? []);
      assert.ok(names.length > 50);
      assert.deepEqual(
        names.filter((name, at) => names.indexOf(name) < at),
        [],
      );
    }
  });

  it('are made once for all its sessions, and other profiles do not see them', async () => {
    using folder = temporaryFolder();
    const dialect = await createDialect();
    const database = new Database({ memoryLimitBytes: 1e9, threads: 1, spillFolder: join(folder.path, 'spill') });
    const utc = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'the test' };
    const berlin = { ...utc, timeZone: 'Europe/Berlin' };
    const text = "SELECT spark_parse_timestamp('2024-07-01 12:00:00')::VARCHAR, current_setting('TimeZone')";
    const answers: unknown[] = [];
    const made: unknown[] = [];
    for (const profile of [utc, berlin, utc, berlin]) {
      await using session = await database.open(dialect, profile);
      await session.enter(await session.createScope());
      answers.push((await session.read(text)).getRows()[0]);
      const catalogs = await session.read(
        "SELECT DISTINCT database_name FROM duckdb_functions() WHERE function_name = 'spark_parse_timestamp' ORDER BY ALL",
      );
      made.push(catalogs.getRows().flat());
    }
    const [inUtc, inBerlin] = [
      ['2024-07-01 12:00:00+00', 'Etc/UTC'],
      ['2024-07-01 12:00:00+02', 'Europe/Berlin'],
    ];
    assert.deepEqual(answers, [inUtc, inBerlin, inUtc, inBerlin]);
    const both = ['prelude_1', 'prelude_2'];
    assert.deepEqual(made, [['prelude_1'], both, both, both]);
  });
});
