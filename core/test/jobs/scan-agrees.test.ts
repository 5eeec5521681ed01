import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { prepareJob } from '@medallion/core/jobs/prepared-job.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { scanTasks } from '@medallion/core/validate/scan-tasks.ts';

const root = join(import.meta.dirname, '../validate/fixtures/bundle');

/** What a run of a job of this one task comes to, as `scan` would write it. */
async function prepared(...[place]: Parameters<typeof prepareJob>): Promise<string> {
  try {
    await prepareJob(place);
    return 'runs';
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    const [first] = error.diagnostics;
    return `${error.code}: ${first?.message ?? ''}`;
  }
}

/**
 * There were once two tables, one for `scan` and one for the run: a job with a git_source was refused by the first and ran the
 * local file in the second.
 */
describe('what scan says of a task', () => {
  it('is what a run does, in the same words and with the same code', async () => {
    const bundle = resolveBundle(primaryBundle(await loadProject(root)));
    const items = await scanTasks([bundle], { root, statements: () => Promise.resolve([]) });
    const seen = { here: 0, refused: 0 };
    for (const job of bundle.jobs) {
      for (const task of job.tasks) {
        const item = items.find(({ name }) => name === `${job.key}/${task.key}`);
        assert.ok(item, task.key);
        if (item.verdict === 'spark') continue;
        const outcome = await prepared({ root, job: { ...job, tasks: [task] }, jobs: bundle.jobs });
        seen[item.verdict] += 1;
        assert.equal(outcome, item.verdict === 'here' ? 'runs' : `${item.code}: ${task.key}: ${item.reason}`);
      }
    }
    assert.ok(seen.here >= 2 && seen.refused >= 10, JSON.stringify(seen));
  });

  it('names the file that lies elsewhere', async () => {
    const { jobs } = resolveBundle(primaryBundle(await loadProject(root)));
    const job = jobs.find(({ key }) => key === 'from_git')!;
    assert.match(
      await prepared({ root, job, jobs }),
      /^jobs\.file-elsewhere: remote: src\/silver\.sql is taken from git_source/,
    );
  });
});
