import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ExpectedError } from '../base/expected-error.ts';

/** The Python part of this product: `medallion_runtime` and the Java sources of the session's catalog. */
const runtimeFolder = fileURLToPath(new URL('./runtime', import.meta.url));

export interface PythonProcessOptions {
  readonly interpreter: string;
  /** Where the runtime's files lie, for a bundle that brings its own copy. */
  readonly runtime?: string;
  /** The request, secrets included: it goes through the input, never by argument. */
  readonly request: unknown;
  readonly variables: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How the process ended, when it and all that it started have ended. */
export interface PythonEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs `python -m medallion_runtime` in a process group of its own, with Spark's JVM in it; the group is killed when the signal
 * fires, when the program ends, and (by the program itself) when this process is gone.
 * @throws ExpectedError `python.not-started`
 */
export async function runPython(options: PythonProcessOptions): Promise<PythonEnd> {
  const { interpreter, runtime = runtimeFolder, request, variables, log, signal } = options;
  signal.throwIfAborted();
  const child = spawn(interpreter, ['-m', 'medallion_runtime'], {
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...variables,
      PYTHONPATH: [runtime, process.env['PYTHONPATH']].filter(Boolean).join(process.platform === 'win32' ? ';' : ':'),
      PYTHONUNBUFFERED: '1',
      PYTHONIOENCODING: 'utf-8',
      // The user's folders stay as they are.
      PYTHONDONTWRITEBYTECODE: '1',
      PYSPARK_PYTHON: interpreter,
      PYSPARK_DRIVER_PYTHON: interpreter,
      SPARK_LOCAL_IP: '127.0.0.1',
    },
  });
  const kill = (): void => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const lines = Promise.all([child.stdout, child.stderr].map((stream) => pass(stream, log)));
    // A program that ends before it has read its request ends with its own reason.
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const [code, ended] = (await exit(child, interpreter)) as [number | null, NodeJS.Signals | null];
    kill();
    await lines;
    return { code, signal: ended };
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

async function pass(stream: NodeJS.ReadableStream, log: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) log(line);
}

async function exit(child: ChildProcess, interpreter: string): Promise<readonly unknown[]> {
  try {
    const ended: readonly unknown[] = await once(child, 'exit');
    return ended;
  } catch (cause) {
    throw new ExpectedError({
      code: 'python.not-started',
      message: `${interpreter} cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`,
      nextStep: 'Run: medallion doctor',
      kind: 'environment',
      cause,
    });
  }
}

/** The program and what it started: its group on POSIX; elsewhere Spark ends with its program. */
function killGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch (error) {
    // The group has ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
