import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import { CAST_MACROS } from '@medallion/core/sql/prelude/casts.ts';
import { zoneMacros } from '@medallion/core/sql/prelude/zone.ts';

/** Every combination of these parts: whole texts, such with a part cut or too much, days that are none, hours that clocks skip. */
const parts = {
  days: ['2025-10-26', '2025-03-30', '2024-02-29', '2023-02-29', '0000-01-01', '9999-12-31', '2025-13-01', '2025-1-01'],
  joints: ['T', ' ', '  '],
  times: ['01:30:00', '23:59:59', '24:00:00', '02:15:60', '1:02:03', '00:00:00', '12:60:00', '02:30:00'],
  fractions: ['', '.1', '.123456', '.1234567', '.', '.000001'],
  zones: ['', 'Z', '+01:00', ' Z', 'UTC', ' '],
};

describe('texts of timestamps', () => {
  for (const zone of ['Etc/UTC', 'Europe/London', 'America/New_York']) {
    it(`in the usual form are read as any text is, in ${zone}`, async () => {
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      try {
        await connection.run(`SET TimeZone = '${zone}'`);
        for (const macro of [...zoneMacros(zone), ...CAST_MACROS]) await connection.run(`CREATE MACRO ${macro}`);
        const lists = Object.entries(parts).map(
          ([name, values]) => `(SELECT unnest([${values.map((value) => `'${value}'`).join(', ')}]) AS part) AS ${name}`,
        );
        const text = Object.keys(parts).map((name) => `${name}.part`);
        const answer = await connection.runAndReadAll(`
          SELECT count(*), count(usual), list(s ORDER BY s) FILTER (WHERE usual IS DISTINCT FROM general)
          FROM (SELECT s, spark_parse_timestamp(s) AS usual, spark_parse_any_timestamp(s) AS general
                FROM (SELECT ${text.join(' || ')} AS s FROM ${lists.join(', ')}))`);
        const [count, read, different] = answer.getRowsJson()[0] ?? [];
        assert.deepEqual([Number(count), different], [6912, null]);
        assert.ok(Number(read) > 1000);
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    });
  }
});
