import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../cli/bin/medallion.js', import.meta.url));

/** A project of a few files with a local Azure of its own that runs, and the command line on it. */
export interface SmallProject extends AsyncDisposable {
  readonly state: string;
  /** Rejects where the command does not end with 0. */
  medallion(...args: readonly string[]): Promise<void>;
}

export async function smallProject(files: Readonly<Record<string, string>>): Promise<SmallProject> {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-bench-'));
  const state = join(folder, 'state');
  const medallion = async (...args: readonly string[]): Promise<void> => {
    const child = spawn(process.execPath, [bin, ...args, '--project', folder, '--state', state], { stdio: 'ignore' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`medallion ${args.join(' ')} ended with ${code ?? 'a signal'}`);
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await medallion('up', '--detach', '--port-base', '0');
  return {
    state,
    medallion,
    async [Symbol.asyncDispose]() {
      await medallion('down');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
