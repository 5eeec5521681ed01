// A client that only a test speaks with: installed once under .cache, so that nobody's `npm install` carries it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What `require(name)` gives of that version. */
export function npmPackage(name, version) {
  const folder = join(root, '.cache', `npm-${name.replaceAll(/\W+/g, '-')}-${version}`);
  const mark = join(folder, 'installed.txt');
  if (!existsSync(mark)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }));
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    writeFileSync(mark, '');
  }
  return createRequire(join(folder, 'package.json'))(name);
}
