// The table of suites: a new one is one more row. `missing` names what this machine lacks, or is undefined where it can run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingForPython } from './python-venv.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const mochaBin = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

const mocha = (...globs) => [
  process.execPath,
  mochaBin,
  '--reporter',
  join(root, 'tools', 'count-reporter.cjs'),
  ...globs,
];

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', process.env.CHROMIUM];

/** The workbench of the extension's suites needs a browser; code-server itself comes from npm. */
const missingWorkbench = () =>
  chromium.some((place) => place && existsSync(place))
    ? undefined
    : 'Chromium is not installed (apt-get install chromium)';

export const suites = [
  { name: 'core', command: mocha('core/test/**/*.test.ts'), minutes: 20 },
  { name: 'emulator', command: mocha('emulator/test/**/*.test.ts'), minutes: 15 },
  { name: 'samples', command: mocha('samples/*/test/**/*.test.ts'), minutes: 5 },
  { name: 'local', command: mocha('local/test/**/*.test.ts'), minutes: 10 },
  { name: 'cli', command: mocha('cli/test/**/*.test.ts'), minutes: 20 },
  {
    name: 'extension-host',
    command: [process.execPath, join(root, 'extension', 'test', 'run-host.ts')],
    minutes: 10,
    missing: missingWorkbench,
  },
  {
    name: 'extension-ui',
    command: [process.execPath, join(root, 'extension', 'test', 'run-ui.ts')],
    minutes: 10,
    missing: missingWorkbench,
  },
  {
    name: 'vsix',
    command: mocha('extension/test/vsix/**/*.test.ts'),
    minutes: 10,
    missing: missingWorkbench,
  },
  {
    name: 'python',
    command: mocha('{core,local,cli}/test/**/*.spark-test.ts'),
    minutes: 40,
    missing: missingForPython,
  },
  { name: 'repository', command: mocha('test/**/*.test.ts'), minutes: 10 },
].filter(({ name }) => existsSync(join(root, folderOf(name))));

function folderOf(name) {
  if (name === 'repository') return 'test';
  if (name === 'python') return 'core';
  return name.startsWith('extension') || name === 'vsix' ? 'extension' : name;
}
