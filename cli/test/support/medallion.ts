import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const bin = join(import.meta.dirname, '..', '..', 'bin', 'medallion.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `medallion` as a user would; the caller waits for its end. */
export function start(
  args: readonly string[],
  options: { node?: string; cwd?: string } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(options.node ?? process.execPath, [bin, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

export function medallion(...args: readonly string[]): Promise<Ended> {
  return start(args).ended;
}

/** stdout as the shape that the test expects of it. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the shape once, here
export function json<T>(ended: Ended): T {
  return JSON.parse(ended.stdout) as T;
}

/** A state folder that goes away at the end, with the local Azure that a test may have left in it. */
export function temporaryState(): AsyncDisposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'medallion-cli-'));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await medallion('down', '--state', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
