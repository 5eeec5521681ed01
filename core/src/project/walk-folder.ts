import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Folders that hold no source of a project's own. */
const neverEntered: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  '.databricks',
  '.medallion',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  '__pycache__',
  '.terraform',
  '.gradle',
  '.idea',
  '.vs',
]);

/** More files than this are not a project but a disk. */
const mostFiles = 200_000;

export interface FolderListing {
  /** Relative to the root, forward slashes, sorted by code unit. */
  readonly files: readonly string[];
  /** True where the walk stopped at its bound. */
  readonly truncated: boolean;
  /** Folders that could not be read, relative to the root. */
  readonly unreadable: readonly string[];
}

interface Level {
  readonly folder: string;
  /** Every `.gitignore` from the root down to here, with the folder that it speaks of. */
  readonly rules: readonly { readonly base: string; readonly matcher: Ignore }[];
}

export interface WalkOptions {
  /** Also lists what `.gitignore` files name. Default: false. */
  readonly ignored?: boolean;
}

/** Lists a tree's files as git would see them. Links are not followed, so a loop cannot trap it. */
export async function walkFolder(root: string, options: WalkOptions = {}): Promise<FolderListing> {
  const files: string[] = [];
  const unreadable: string[] = [];
  const waiting: Level[] = [{ folder: '', rules: [] }];
  for (let level = waiting.pop(); level && files.length < mostFiles; level = waiting.pop()) {
    const { folder } = level;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (folder === '') throw error;
      return undefined;
    });
    if (!entries) {
      unreadable.push(folder);
      continue;
    }
    const hasRules = entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const rules =
      hasRules && options.ignored !== true
        ? [...level.rules, { base: folder, matcher: await readIgnoreFile(join(root, folder, '.gitignore')) }]
        : level.rules;
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!neverEntered.has(entry.name) && !isIgnored(`${path}/`, rules)) waiting.push({ folder: path, rules });
      } else if (entry.isFile() && !isIgnored(path, rules)) files.push(path);
    }
  }
  return {
    files: files.sort(byCodeUnit),
    truncated: files.length >= mostFiles,
    unreadable: unreadable.sort(byCodeUnit),
  };
}

/** An order that does not depend on the machine's language. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readIgnoreFile(path: string): Promise<Ignore> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return ignore({ allowRelativePaths: true }).add(text);
}

function isIgnored(path: string, rules: Level['rules']): boolean {
  let ignored = false;
  for (const { base, matcher } of rules) {
    const verdict = matcher.test(base === '' ? path : path.slice(base.length + 1));
    if (verdict.ignored) ignored = true;
    else if (verdict.unignored) ignored = false;
  }
  return ignored;
}
