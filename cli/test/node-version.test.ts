import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { olderNode } from './support/old-node.ts';
import { bin } from './support/medallion.ts';

const root = join(import.meta.dirname, '..', '..');

describe('on an older Node', () => {
  let node: string;
  before(function () {
    this.timeout(300_000);
    node = olderNode();
  });

  it('medallion continues on the pinned Node and passes its exit code on', () => {
    const good = spawnSync(node, [bin, '--help'], { encoding: 'utf8' });
    assert.equal(good.status, 0, good.stderr);
    assert.match(good.stdout, /medallion up/);
    const bad = spawnSync(node, [bin, 'promte'], { encoding: 'utf8' });
    assert.equal(bad.status, 2);
    assert.match(bad.stderr, /usage\.unknown-command/);
  });

  it('the tools continue on it as well', () => {
    const { status, stdout } = spawnSync(node, [join(root, 'tools', 'test.mjs'), 'no-such-suite'], {
      encoding: 'utf8',
      cwd: root,
    });
    assert.equal(status, 1);
    assert.match(stdout, /no test was executed\n\n0 passed, 1 failed, 0 skipped/);
  });

  it('medallion stops with a clear error where no pinned Node is there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'medallion-bare-'));
    try {
      cpSync(join(root, 'cli', 'bin'), join(folder, 'bin'), { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const { status, stderr } = spawnSync(node, [join(folder, 'bin', 'medallion.js'), '--help'], { encoding: 'utf8' });
      assert.equal(status, 2);
      assert.match(
        stderr,
        /Medallion needs Node 24 and this is Node \d+.*\[environment\.node-version\]\n {2}-> Install Node 24/s,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
