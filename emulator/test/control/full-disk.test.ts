import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { controlClient, databricksScope, listAt } from '../support/control-client.ts';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';

/** Starts Node under a limit for the size of a file, in blocks of 512 bytes: a full disk that needs no root to make. */
const limitedTo = (blocks: number) => (entry: string) =>
  spawn('sh', ['-c', `ulimit -f ${blocks}; exec "$0" "$1"`, process.execPath, entry], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

describe('control port on a full disk', function () {
  before(function () {
    // Windows has no such limit.
    if (process.platform === 'win32') this.skip();
  });

  it('refuses what it cannot keep, keeps answering, and has after a restart exactly what it acknowledged', async () => {
    using folder = temporaryFolder();
    const body = (index: number) => ({
      name: `job-${index}`,
      description: 'x'.repeat(100_000),
      tasks: [{ task_key: 'a', notebook_task: { notebook_path: '/n' } }],
    });
    let acknowledged = 0;
    {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path }, limitedTo(1024));
      const call = controlClient(emulator.description, databricksScope);
      for (;;) {
        const answer = await call('POST', '/api/2.2/jobs/create', { body: body(acknowledged) });
        if (answer.status !== 200) {
          assert.deepEqual([answer.status, answer.json['error_code']], [507, 'INSUFFICIENT_STORAGE']);
          break;
        }
        acknowledged += 1;
      }
      const small = await call('POST', '/api/2.2/jobs/create', { body: { ...body(acknowledged), description: '' } });
      assert.equal(small.status, 200, 'a smaller change still fits');
    }
    await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
    const { json } = await controlClient(emulator.description, databricksScope)('GET', '/api/2.2/jobs/list?limit=100');
    assert.ok(acknowledged > 1);
    assert.equal(listAt(json, 'jobs').length, acknowledged + 1);
  });
});
