import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textAt } from '@medallion/core/project/config-node.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { readGit } from '@medallion/core/project/read-git.ts';

/** Git itself makes the checkouts and says what is in them. */
describe('readGit', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medallion-git-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    }).trim();
  const commit = (): string => {
    git('commit', '-q', '--allow-empty', '-m', 'x');
    return git('rev-parse', 'HEAD');
  };

  it('tells branch, commit and origin, without the password in it, from a folder below', async () => {
    git('init', '-q', '-b', 'feature/one');
    assert.deepEqual(await readGit(folder), { branch: 'feature/one', commit: '', originUrl: '' });
    const head = commit();
    git('remote', 'add', 'origin', 'https://jane:secret@example.com/team/repo.git');
    await mkdir(join(folder, 'a/b'), { recursive: true });
    const originUrl = 'https://example.com/team/repo.git';
    assert.deepEqual(await readGit(join(folder, 'a/b')), { branch: 'feature/one', commit: head, originUrl });
    git('pack-refs', '--all');
    assert.equal((await readGit(folder))?.commit, head);
    git('remote', 'set-url', 'origin', 'git@example.com:team/repo.git');
    assert.equal((await readGit(folder))?.originUrl, 'git@example.com:team/repo.git');
  });

  it('tells a detached HEAD and a worktree apart from the branch that is checked out', async () => {
    git('init', '-q', '-b', 'main');
    const first = commit();
    git('worktree', 'add', '-q', '-b', 'other', join(folder, 'tree'));
    assert.deepEqual(await readGit(join(folder, 'tree')), { branch: 'other', commit: first, originUrl: '' });
    git('checkout', '-q', '--detach');
    assert.deepEqual(await readGit(folder), { branch: '', commit: first, originUrl: '' });
  });

  it('is what a bundle stands for, unless it says so itself', async () => {
    git('init', '-q', '-b', 'main');
    const head = commit();
    const text =
      'bundle: {name: shop, git: {origin_url: mine}}\nresources: {jobs: {daily: {name: "x", tags: {b: "${bundle.git.branch}", c: "${bundle.git.commit}", o: "${bundle.git.origin_url}"}}}}\n';
    await writeFile(join(folder, 'databricks.yml'), text);
    const { bundle } = await loadFor(folder, 'local');
    assert.ok(bundle);
    const tags = ['b', 'c', 'o'].map((tag) => textAt(bundle.config, 'resources', 'jobs', 'daily', 'tags', tag));
    assert.deepEqual(tags, ['main', head, 'mine']);
  });
});
