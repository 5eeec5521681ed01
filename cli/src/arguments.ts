import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Command, CommandContext, OptionSpec } from './command.ts';

/** Options that every command takes. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  project: {
    type: 'string',
    summary: 'the project (default: the nearest medallion.yaml or databricks.yml upward, else samples/shopcom)',
  },
  state: { type: 'string', summary: 'the state folder (default: <project>/.medallion)' },
  'port-base': {
    type: 'string',
    summary: '0: free ports; N: N, N+1, ... in the order blob, dfs, amqp, admin, control',
  },
  json: { type: 'boolean', summary: 'one JSON object on stdout; progress on stderr' },
  help: { type: 'boolean', summary: 'this help' },
};

export type ParsedArguments = Pick<
  CommandContext,
  'project' | 'state' | 'portBase' | 'json' | 'positionals' | 'text' | 'texts' | 'flag' | 'count'
> & { readonly help: boolean };

/** @throws ExpectedError `usage.unknown-option`, `usage.number` (exit code 2) */
export function parseArguments(command: Command, args: readonly string[], cwd: string): ParsedArguments {
  const { values, positionals } = parse(command, args);
  const value = (name: string) => values[name];
  const text = (name: string) => {
    const given = value(name);
    return typeof given === 'string' ? given : undefined;
  };
  const count = (name: string, fallback: number) => {
    const given = text(name);
    return given === undefined ? fallback : wholeNumber(name, given);
  };
  const project = resolve(cwd, text('project') ?? nearestProject(cwd));
  return {
    project,
    state: resolve(cwd, text('state') ?? join(project, '.medallion')),
    portBase: text('port-base') === undefined ? undefined : count('port-base', 0),
    json: value('json') === true,
    help: value('help') === true,
    positionals,
    text,
    texts: (name) => {
      const given = value(name);
      return Array.isArray(given) ? given.map(String) : [];
    },
    flag: (name) => value(name) === true,
    count,
  };
}

function parse(command: Command, args: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...commonOptions, ...command.options }).map(([name, { type, multiple }]) => [
      name,
      { type, multiple: multiple === true },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    throw new ExpectedError({
      code: 'usage.unknown-option',
      message: error.message,
      nextStep: `Run medallion ${command.name} --help for its options.`,
      kind: 'environment',
    });
  }
}

function wholeNumber(name: string, given: string): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(number)) return number;
  throw new ExpectedError({
    code: 'usage.number',
    message: `--${name} takes a whole number, not '${given}'.`,
    nextStep: `Give --${name} a number such as 0 or 20000.`,
    kind: 'environment',
  });
}

const projectFiles = ['medallion.yaml', 'databricks.yml', 'databricks.yaml'];

/** The nearest project upward; in a clone of Medallion itself, its sample. */
function nearestProject(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (projectFiles.some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) break;
  }
  const sample = fileURLToPath(new URL('../../samples/shopcom', import.meta.url));
  return existsSync(join(sample, 'medallion.yaml')) ? sample : cwd;
}
