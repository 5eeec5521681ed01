import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { readRun, readRunHistory, type RunHistory } from '@medallion/core/observe/run-history.ts';
import type { Command, CommandResult } from '../command.ts';
import { recordText, runDetails } from '../output/run-text.ts';
import { textTable } from '../output/table.ts';

/** Reads the state folder alone: nothing has to run for it. */
export const history: Command = {
  name: 'history',
  usage: 'history [RUN] [--job JOB] [--limit N]',
  summary: 'the runs of jobs, newest first; or one run, by its id or the beginning of it',
  options: {
    job: { type: 'string', summary: 'runs of this job alone, by its key' },
    limit: { type: 'string', summary: 'how many runs to list (default 20)' },
  },
  async run(context) {
    const [id, ...more] = context.positionals;
    if (more.length > 0) throw oneRun();
    if (id !== undefined) return await oneOf(context.state, id);
    const job = context.text('job');
    const found = await readRunHistory(context.state, {
      limit: context.count('limit', 20),
      ...(job === undefined ? {} : { job }),
    });
    return { json: found, text: listText(found) };
  },
};

async function oneOf(state: string, id: string): Promise<CommandResult> {
  const record = await readRun(state, id);
  return { json: record, text: `${recordText(record)}\n\n${runDetails(record)}` };
}

function listText({ runs, torn }: RunHistory): string {
  const lines = runs.map(({ id, job, state, startedAt, seconds, tasks }) => [
    id,
    job,
    state,
    startedAt.slice(0, 19).replace('T', ' '),
    Number(seconds.toFixed(1)),
    tasks.filter((task) => task.state === 'succeeded').length,
    tasks.filter((task) => task.state === 'skipped' || task.state === 'excluded').length,
    tasks.filter(({ error }) => error !== undefined).length,
  ]);
  const headers = ['run', 'job', 'state', 'started (UTC)', 'seconds', 'ran', 'skipped', 'failed'];
  const table = runs.length === 0 ? 'No job has run yet: medallion run' : textTable(headers, lines);
  return [table, ...torn.map(({ file, reason }) => `${file} was not read: ${reason}`)].join('\n');
}

function oneRun(): ExpectedError {
  return new ExpectedError({
    code: 'usage.history',
    message: 'history takes the id of one run, or none.',
    nextStep: 'List them: medallion history',
    kind: 'environment',
  });
}
