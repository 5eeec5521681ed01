import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const version = '20.19.0';
const cache = join(import.meta.dirname, '..', '..', '..', '.cache', `node-${version}`);

/** A Node that is older than Medallion needs: the system's, or one that npm brings. */
export function olderNode(): string {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return candidates.find((file) => existsSync(file) && isOlder(file)) ?? installed();
}

function isOlder(file: string): boolean {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  const major = Number(/^v(\d+)\./.exec(stdout)?.[1]);
  return major >= 18 && major < 24;
}

function installed(): string {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = join(cache, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  execFileSync('npm', ['install', '--prefix', cache, '--no-save', '--no-audit', '--no-fund', `${name}@${version}`], {
    stdio: 'inherit',
  });
  return file;
}
