/** The suite `extension-ui`: builds, then drives the workbench in Chromium from mocha in this process' own Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildBundles } from '../../tools/build.mjs';

const root = join(import.meta.dirname, '..', '..');
await buildBundles();
const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
const reporter = join(root, 'tools', 'count-reporter.cjs');
const { status } = spawnSync(
  process.execPath,
  [mocha, '--reporter', reporter, join(root, 'extension', 'test', 'ui', '**', '*.test.ts')],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
