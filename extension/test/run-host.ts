/**
 * The suite `extension-host`: builds, then runs @vscode/test-cli with code-server in place of the desktop's VS Code.
 * Counts come from the mocha reporter's file, written at the end: a host that crashes reports exit code 0.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildBundles, buildHostTests } from '../../tools/build.mjs';

const extension = join(import.meta.dirname, '..');
await buildBundles();
await buildHostTests();
const bin = join(extension, '..', 'node_modules', '@vscode', 'test-cli', 'out', 'bin.mjs');
const { status } = spawnSync(process.execPath, [bin, '--config', join(extension, '.vscode-test.mjs')], {
  cwd: extension,
  stdio: 'inherit',
  env: { ...process.env, MEDALLION_TEST_CODE: join(import.meta.dirname, 'support', 'code.js') },
});
process.exitCode = status ?? 1;
