import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ProgressEvent } from '@medallion/core/base/progress.ts';
import type { Logger } from '@medallion/core/base/logger.ts';

export interface CliRequest {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** A line of progress for people. */
  readonly onProgress?: (line: string) => void;
}

export interface CliResult {
  /** The one JSON object that `--json` prints. */
  readonly json: unknown;
  /** 0 done, 1 checked and refused. */
  readonly exitCode: number;
}

/**
 * Runs the bundled command line with `--json`: what the extension does and what the terminal does is one code.
 * Rejects with the command's own ExpectedError, with `cli.failed` where it ended without an answer, or with the signal's reason.
 */
export type RunCli = (request: CliRequest) => Promise<CliResult>;

const keptLines = 20;

/** @param dist the folder of the bundles; the child runs under this very Node, as a desktop's Electron allows. */
export function bundledCli(dist: string, logger: Logger): RunCli {
  return async ({ args, cwd, signal, onProgress }) => {
    signal?.throwIfAborted();
    const child = spawn(process.execPath, [join(dist, 'cli.mjs'), ...args, '--json'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    // SIGTERM lets it cancel in an orderly way: what was committed stays, the rest is undone.
    const cancel = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', cancel, { once: true });
    const output: Buffer[] = [];
    const lines: string[] = [];
    child.on('message', (event: ProgressEvent) => {
      if (event.kind === 'started') onProgress?.(event.title);
    });
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    const reading = child.stderr && createInterface(child.stderr);
    reading?.on('line', (line) => {
      logger.info(`${args[0] ?? 'medallion'}: ${line}`);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onProgress?.(line.trim());
    });
    try {
      const exitCode = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => resolve(code ?? -1));
      });
      signal?.throwIfAborted();
      return answerOf(Buffer.concat(output).toString('utf8'), exitCode, args[0] ?? '', lines);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  };
}

function answerOf(stdout: string, exitCode: number, command: string, lines: readonly string[]): CliResult {
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch (cause) {
    throw new ExpectedError({
      code: 'cli.failed',
      message: `medallion ${command} ended with code ${exitCode} and without an answer. ${lines.join(' | ')}`,
      nextStep: 'See the log for its output, and report it.',
      kind: 'environment',
      cause,
    });
  }
  if (isFailure(json)) throw new ExpectedError(json.error);
  return { json, exitCode };
}

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly nextStep: string };
}

function isFailure(json: unknown): json is Failure {
  if (typeof json !== 'object' || json === null || !('error' in json)) return false;
  const { error } = json;
  return typeof error === 'object' && error !== null && 'code' in error && 'nextStep' in error;
}
