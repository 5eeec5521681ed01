import assert from 'node:assert/strict';
import { instantFormatter } from '@medallion/core/engine/child/instant.ts';

const text = (micros: bigint, zone: string): string => instantFormatter(zone)(micros);

describe('instants as text', () => {
  it('goes past what a JavaScript Date has, to both ends of a timestamp', () => {
    assert.equal(text(8_640_000_000_001_000_000n, 'Etc/UTC'), '+275760-09-13 00:00:01');
    assert.equal(text(9_223_372_036_854_775_807n, 'Etc/UTC'), '+294247-01-10 04:00:54.775807');
    assert.equal(text(9_223_372_036_854_775_807n, 'America/Los_Angeles'), '+294247-01-09 20:00:54.775807');
    assert.equal(text(-8_640_000_000_001_000_000n, 'Etc/UTC'), '-271821-04-19 23:59:59');
  });

  it('keeps the hour that summer moves there too', () => {
    // A day in July, 400 years times 730 after 2000.
    const july = BigInt(Date.UTC(2000, 6, 1, 12)) * 1000n;
    const cycles = 730n * 146_097n * 86_400n * 1_000_000n;
    assert.equal(text(july, 'America/Los_Angeles'), '2000-07-01 05:00:00');
    assert.equal(text(july + cycles, 'America/Los_Angeles'), '+294000-07-01 05:00:00');
  });
});
