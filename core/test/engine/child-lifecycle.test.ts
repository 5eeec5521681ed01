import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@medallion/core/base/logger.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { refusal } from './refusal.ts';

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe("the engine's child process", function () {
  this.timeout(30_000);
  const environment: AzureEnvironment = {
    name: 'local',
    credential: { kind: 'default' },
    storage: {
      accountName: 'a',
      dfsEndpoint: 'http://127.0.0.1:1/a',
      blobEndpoint: 'http://127.0.0.1:1/a',
      accountKey: 'a2V5',
    },
    databricks: { host: 'https://127.0.0.1:1' },
  };

  it('that cannot start is an expected error with its last words', async () => {
    const error = await refusal(
      startEngine({ environment, stateFolder: tmpdir(), childEntry: entry('./no-such-child.ts') }),
      'engine.died',
    );
    assert.match(error.message, /ended with code 1\b.*Cannot find module/);
  });

  it('that cannot take its configuration says why and does not stay', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'medallion-misconfigured-'));
    const { name, credential } = environment;
    const lines: string[] = [];
    const logger = { ...silentLogger, debug: (line: string) => lines.push(line) };
    const childEntry = entry('./plain-child.ts');
    try {
      await refusal(
        startEngine({ environment: { name, credential }, stateFolder, childEntry, logger }),
        'storage.not-configured',
      );
      const pid = Number(/pid (\d+)/.exec(lines.join('\n'))?.[1]);
      assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    } finally {
      rmSync(stateFolder, { recursive: true, force: true });
    }
  });

  it('ends when its parent is gone, also in the middle of a statement', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'medallion-orphan-'));
    try {
      const parent = fork(fileURLToPath(new URL('./orphaning-parent.ts', import.meta.url)), {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      parent.send({ environment, stateFolder });
      const [message] = (await once(parent, 'message')) as [{ childPid: number }];
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      await gone(message.childPid);
    } finally {
      rmSync(stateFolder, { recursive: true, force: true });
    }
  });
});

/** Waits until no such process is left; mocha's time limit is the bound. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
