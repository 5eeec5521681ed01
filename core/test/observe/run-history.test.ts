import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { newRunId, writeRunRecord } from '@medallion/core/jobs/run-store.ts';
import { readRunHistory, summarizeChecks } from '@medallion/core/observe/run-history.ts';

const record = (job: string, hour: number): RunRecord => ({
  id: newRunId(new Date(Date.UTC(2024, 0, 1, hour))),
  job,
  environment: 'local',
  engineVersion: '0.1.0',
  contentHash: '0'.repeat(64),
  parameters: {},
  startedAt: '2024-01-01T00:00:00Z',
  endedAt: '2024-01-01T00:00:01Z',
  seconds: 1,
  state: 'succeeded',
  tasks: [],
});

describe('run history', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'medallion-history-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is empty where nothing has run', async () => {
    assert.deepEqual(await readRunHistory(folder, { limit: 10 }), { runs: [], torn: [] });
  });

  it('gives the newest first, of one job or all, and names torn files', async () => {
    for (const [job, hour] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const)
      await writeRunRecord(folder, record(job, hour));
    writeFileSync(join(folder, 'runs', '20240101T040000000Z-torn.json'), '{"id": "2024');
    writeFileSync(join(folder, 'runs', '20240101T050000000Z-other.json'), '[]');
    const all = await readRunHistory(folder, { limit: 10 });
    assert.deepEqual(
      all.runs.map(({ job }) => job),
      ['a', 'b', 'a'],
    );
    assert.ok(all.runs[0]!.id > all.runs[2]!.id);
    assert.deepEqual(
      all.torn.map(({ file }) => file.replace(/^.*-/, '')),
      ['other.json', 'torn.json'],
    );
    assert.equal((await readRunHistory(folder, { job: 'b', limit: 10 })).runs.length, 1);
    assert.equal((await readRunHistory(folder, { limit: 1 })).runs.length, 1);
    assert.ok(readdirSync(join(folder, 'runs')).every((name) => name.endsWith('.json')));
  });

  it('counts checks by table', () => {
    const check = (table: string, violations: number) => ({
      table,
      name: 'n',
      severity: 'warning' as const,
      violations,
    });
    const tasks = [{ checks: [check('s.a', 0), check('s.a', 2)] }, { checks: [check('s.b', 0)] }] as RunRecord['tasks'];
    assert.deepEqual(summarizeChecks({ ...record('a', 1), tasks }), [
      { table: 's.a', passed: 1, failed: 1 },
      { table: 's.b', passed: 1, failed: 0 },
    ]);
  });
});
