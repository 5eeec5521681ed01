import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { GitDetails } from './resolve-bundle.ts';

/**
 * What `${bundle.git...}` stands for in the checkout that a folder lies in, as the Databricks CLI reads it: no branch where HEAD is
 * detached, no commit where there is none yet, and never the user or password of the origin's URL. Undefined outside of a checkout.
 */
export async function readGit(folder: string): Promise<GitDetails | undefined> {
  const found = await gitFolders(resolve(folder));
  if (!found) return undefined;
  const head = (await textOf(join(found.own, 'HEAD'))).trim();
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  return {
    branch: reference?.replace(/^refs\/heads\//, '') ?? '',
    commit: reference === undefined ? head : await commitOf(found, reference),
    originUrl: withoutUser(originIn(await textOf(join(found.common, 'config')))),
  };
}

/** A worktree has a HEAD of its own and shares references and settings with the others. */
interface GitFolders {
  readonly own: string;
  readonly common: string;
}

async function gitFolders(folder: string): Promise<GitFolders | undefined> {
  const place = join(folder, '.git');
  const kind = await kindOf(place);
  if (kind === 'folder') return { own: place, common: place };
  if (kind === 'file') {
    const named = /^gitdir: (.+)$/m.exec(await textOf(place))?.[1]?.trim() ?? '';
    const own = isAbsolute(named) ? named : join(folder, named);
    const common = (await textOf(join(own, 'commondir'))).trim();
    return { own, common: common === '' ? own : resolve(own, common) };
  }
  const above = dirname(folder);
  return above === folder ? undefined : await gitFolders(above);
}

async function commitOf({ own, common }: GitFolders, reference: string): Promise<string> {
  for (const folder of [own, common]) {
    const commit = (await textOf(join(folder, reference))).trim();
    if (commit !== '') return commit;
  }
  const packed = await textOf(join(common, 'packed-refs'));
  const line = packed.split('\n').find((one) => one.endsWith(` ${reference}`));
  return line?.split(' ', 1)[0] ?? '';
}

function originIn(config: string): string {
  let section = '';
  let url = '';
  for (const line of config.split('\n').map((one) => one.trim())) {
    if (line.startsWith('[')) section = line;
    else if (section === '[remote "origin"]') url = /^url\s*=\s*(.*)$/.exec(line)?.[1] ?? url;
  }
  return url;
}

/** `git@host:path` is no URL, and holds no password. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
