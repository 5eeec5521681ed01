import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogCursor } from '@medallion/emulator/services/eventhubs/log/cursor.ts';
import { PartitionLog } from '@medallion/emulator/services/eventhubs/log/partition-log.ts';
import { temporaryFolder } from '../support/emulator-process.ts';

const segmentBytes = 4096;

function open(folder: string): Disposable & { readonly log: PartitionLog } {
  const log = new PartitionLog(folder, { segmentBytes });
  return { log, [Symbol.dispose]: () => log.close() };
}

/** Appends texts in one write at the given time. */
function append(log: PartitionLog, texts: readonly string[], now = 1_000): void {
  const room = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  log.append(texts.length, room, (target, position, index) => position + target.write(texts[index]!, position), now);
}

function contentOf(log: PartitionLog, from = 0): string[] {
  const cursor = new LogCursor(log, from);
  const texts: string[] = [];
  for (let record = cursor.next(); record; record = cursor.next()) texts.push(record.payload.toString());
  return texts;
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `event ${from + index} ${'x'.repeat(100)}`);
const segmentsOf = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.log'));

describe('Event Hubs: the log of a partition', () => {
  it('keeps events in order over segments, and numbers them on after it was closed', () => {
    using folder = temporaryFolder();
    {
      using opened = open(folder.path);
      for (let from = 0; from < 200; from += 10) append(opened.log, numbered(from, from + 10), from);
      assert.deepEqual(contentOf(opened.log), numbered(0, 200));
    }
    assert.ok(segmentsOf(folder.path).length > 3);
    using reopened = open(folder.path);
    assert.equal(reopened.log.last.sequence, 199);
    append(reopened.log, ['one more']);
    assert.deepEqual(contentOf(reopened.log), [...numbered(0, 200), 'one more']);
    assert.equal(reopened.log.last.sequence, 200);
  });

  it('reads records that are larger than what a cursor reads at once', () => {
    using folder = temporaryFolder();
    using opened = open(folder.path);
    const large = 'y'.repeat(700_000);
    append(opened.log, ['a', large, 'b']);
    assert.deepEqual(contentOf(opened.log), ['a', large, 'b']);
  });

  it('finds positions by sequence number, offset and time in every segment', () => {
    using folder = temporaryFolder();
    using opened = open(folder.path);
    for (let from = 0; from < 200; from += 10) append(opened.log, numbered(from, from + 10), 1_000 + from);
    const { log } = opened;
    for (const wanted of [0, 1, 35, 70, 100, 199]) {
      const bySequence = log.findOffset((record) => record.sequence >= wanted);
      assert.deepEqual(contentOf(log, bySequence), numbered(wanted, 200));
      assert.equal(
        log.findOffset((record) => record.offset >= bySequence),
        bySequence,
      );
    }
    assert.deepEqual(
      contentOf(
        log,
        log.findOffset((record) => record.enqueuedTime > 1_050),
      ),
      numbered(60, 200),
    );
    assert.equal(
      log.findOffset((record) => record.sequence > 199),
      log.endOffset,
    );
  });

  it('never lets the enqueued time go back', () => {
    using folder = temporaryFolder();
    using opened = open(folder.path);
    append(opened.log, ['a'], 2_000);
    append(opened.log, ['b'], 1_000);
    assert.equal(opened.log.last.enqueuedTime, 2_000);
  });

  for (const [what, damage] of [
    ['a torn header', (file: string) => appendFileSync(file, Buffer.from([0, 0, 0]))],
    ['a torn payload', (file: string) => truncateSync(file, readFileSync(file).length - 5)],
    ['a damaged payload', (file: string) => flipLastByte(file)],
    ['an impossible length', (file: string) => appendFileSync(file, Buffer.alloc(64, 0xff))],
  ] as const) {
    it(`cuts off ${what} at its end and goes on behind the last whole event`, () => {
      using folder = temporaryFolder();
      {
        using opened = open(folder.path);
        append(opened.log, ['one', 'two', 'three']);
      }
      damage(join(folder.path, segmentsOf(folder.path).at(-1)!));
      using opened = open(folder.path);
      const kept = what.endsWith('payload') ? ['one', 'two'] : ['one', 'two', 'three'];
      assert.deepEqual(contentOf(opened.log), kept);
      append(opened.log, ['next']);
      assert.deepEqual(contentOf(opened.log), [...kept, 'next']);
      assert.equal(opened.log.last.sequence, kept.length);
    });
  }

  it('drops whole segments by age, but nothing that is still needed', () => {
    using folder = temporaryFolder();
    using opened = open(folder.path);
    const { log } = opened;
    for (let from = 0; from < 200; from += 10) append(log, numbered(from, from + 10), 1_000 + from);
    const segments = segmentsOf(folder.path).length;
    assert.equal(log.applyRetention(1_000, log.endOffset), 0);
    const needed = log.findOffset((record) => record.sequence >= 60);
    assert.ok(log.applyRetention(5_000, needed) > 0);
    assert.deepEqual(contentOf(log, needed), numbered(60, 200));
    assert.ok(log.begin.sequence > 0 && log.begin.sequence <= 60);
    // A reader whose position is gone begins at the oldest event.
    assert.deepEqual(contentOf(log, 0), numbered(log.begin.sequence, 200));
    log.applyRetention(5_000, Number.POSITIVE_INFINITY);
    assert.equal(log.isEmpty, true);
    assert.ok(segmentsOf(folder.path).length < segments);
    append(log, ['later'], 6_000);
    assert.equal(log.last.sequence, 200);
  });

  it('goes on counting after a restart when retention has dropped every event', () => {
    using folder = temporaryFolder();
    {
      using opened = open(folder.path);
      append(opened.log, ['a', 'b']);
      opened.log.applyRetention(5_000, Number.POSITIVE_INFINITY);
    }
    using opened = open(folder.path);
    assert.deepEqual([opened.log.isEmpty, opened.log.last.sequence], [true, 1]);
    append(opened.log, ['c']);
    assert.deepEqual(contentOf(opened.log), ['c']);
    assert.equal(opened.log.last.sequence, 2);
  });
});

function flipLastByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}
