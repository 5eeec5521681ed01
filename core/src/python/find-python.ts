import { existsSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';

/** A Python that was found, and why this one. */
export interface FoundPython {
  /** Absolute. */
  readonly interpreter: string;
  /** For people: `python.interpreter in medallion.yaml`, `VIRTUAL_ENV`, `.venv`, `PATH`. */
  readonly from: string;
  /** The virtual environment's folder; undefined for a Python that is nobody's environment. */
  readonly environment: string | undefined;
}

export interface FindPythonOptions {
  /** The project's root, absolute. */
  readonly root: string;
  /** `python.interpreter` of medallion.yaml. */
  readonly interpreter?: string | undefined;
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

const names = process.platform === 'win32' ? ['python.exe', 'python3.exe'] : ['python3', 'python'];
const binFolder = process.platform === 'win32' ? 'Scripts' : 'bin';

/**
 * The project's Python: the one that medallion.yaml names, else the active environment, else `.venv` or `venv` in the project, else
 * the first `python3` of PATH. Starts nothing.
 * @throws ExpectedError `python.not-found`
 */
export function findPython({ root, interpreter, variables = process.env }: FindPythonOptions): FoundPython {
  if (interpreter !== undefined) return named(root, interpreter);
  const active = variables['VIRTUAL_ENV'];
  const environments: readonly (readonly [string, string])[] = [
    ...(active === undefined || active === '' ? [] : [['VIRTUAL_ENV', active] as const]),
    ['.venv', join(root, '.venv')],
    ['venv', join(root, 'venv')],
  ];
  for (const [from, environment] of environments) {
    const found = inFolder(join(environment, binFolder));
    if (found !== undefined) return { interpreter: found, from, environment };
  }
  for (const folder of (variables['PATH'] ?? '').split(delimiter)) {
    const found = folder === '' ? undefined : inFolder(folder);
    if (found !== undefined) return { interpreter: found, from: 'PATH', environment: undefined };
  }
  throw new ExpectedError({
    code: 'python.not-found',
    message: 'There is no Python: neither in .venv or venv of the project nor as python3 in PATH.',
    nextStep: 'Install Python 3.10 or newer, then run: python3 -m venv .venv',
    kind: 'environment',
  });
}

function named(root: string, interpreter: string): FoundPython {
  const from = 'python.interpreter in medallion.yaml';
  const path = resolve(root, interpreter);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    return { interpreter: path, from, environment: undefined };
  }
  const found = inFolder(join(path, binFolder));
  if (found !== undefined) return { interpreter: found, from, environment: path };
  throw new ExpectedError({
    code: 'python.not-found',
    message: `${interpreter}, which python.interpreter in medallion.yaml names, is no Python and no virtual environment.`,
    nextStep: `Correct it, or make the environment: python3 -m venv ${interpreter.replace(/[\\/](bin|Scripts)[\\/][^\\/]+$/, '')}`,
    kind: 'environment',
  });
}

function inFolder(folder: string): string | undefined {
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}
