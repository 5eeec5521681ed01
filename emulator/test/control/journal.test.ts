import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '@medallion/emulator/services/control/journal.ts';
import { temporaryFolder } from '../support/emulator-process.ts';

describe('journal', () => {
  it('has every change on disk when the call returns, in a file for its user only', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'state', 'journal.jsonl');
    using journal = openJournal(file);
    const things = journal.collection<{ n: number }>('things');
    things.set('a', { n: 1 });
    things.set('b', { n: 2 });
    things.delete('a');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    using again = openJournal(file);
    assert.deepEqual(again.collection('things').entries(), [['b', { n: 2 }]]);
  });

  it('keeps a batch whole: a line that was cut off counts for nothing and does not spoil the next', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'journal.jsonl');
    {
      using journal = openJournal(file);
      const things = journal.collection<number>('things');
      things.set('before', 1);
      journal.together(() => {
        things.set('x', 1);
        things.set('y', 2);
      });
    }
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 5));
    {
      using journal = openJournal(file);
      assert.deepEqual(journal.collection('things').entries(), [['before', 1]]);
      journal.collection<number>('things').set('after', 3);
    }
    using journal = openJournal(file);
    assert.deepEqual(journal.collection('things').entries(), [
      ['before', 1],
      ['after', 3],
    ]);
  });

  it('takes a batch back when it fails in the middle', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'journal.jsonl');
    using journal = openJournal(file);
    const things = journal.collection<number>('things');
    things.set('a', 1);
    assert.throws(
      () =>
        journal.together(() => {
          things.set('a', 2);
          things.set('b', 3);
          throw new Error('no');
        }),
      /no/,
    );
    assert.deepEqual(things.entries(), [['a', 1]]);
    using again = openJournal(file);
    assert.deepEqual(again.collection('things').entries(), [['a', 1]]);
  });

  it('keeps integers that a double cannot hold', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'journal.jsonl');
    {
      using journal = openJournal(file);
      journal.collection<bigint>('ids').set('a', 9007199254740993n);
    }
    using journal = openJournal(file);
    assert.equal(journal.collection<bigint>('ids').get('a'), 9007199254740993n);
  });

  it('is rewritten at the start once most of its lines are of the past', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'journal.jsonl');
    {
      using journal = openJournal(file);
      const things = journal.collection<number>('things');
      for (let n = 0; n < 500; n += 1) things.set('a', n);
    }
    using journal = openJournal(file);
    assert.equal(journal.collection<number>('things').get('a'), 499);
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 1);
  });

  it('stops with a clear error where a whole line is damaged', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'journal.jsonl');
    appendFileSync(file, 'damaged\n');
    assert.throws(() => openJournal(file), { code: 'emulator.state-corrupt', message: /Line 1 of/ });
  });
});
