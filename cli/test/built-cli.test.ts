import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtCli, sourcesOf, stampFile } from '../bin/built-cli.js';

describe('the bundled command line', () => {
  let root: string;
  const source = () => join(root, 'core', 'a.ts');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'medallion-built-'));
    for (const folder of ['core', 'cli/dist']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(source(), 'export const a = 1;\n');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function bundled(): void {
    writeFileSync(join(root, 'cli', 'dist', stampFile), JSON.stringify(sourcesOf(root, ['core/a.ts'])));
  }

  it('is run where its sources are those that it was made of', () => {
    bundled();
    assert.equal(builtCli(root), join(root, 'cli', 'dist', 'cli.mjs'));
  });

  it('is not run where nothing was bundled, or where a bundling did not come to its end', () => {
    assert.equal(builtCli(root), undefined);
  });

  it('is not run once a source is edited, of the same length too, or is gone', () => {
    bundled();
    writeFileSync(source(), 'export const a = 2;\n');
    utimesSync(source(), new Date(), new Date(Date.now() + 1000));
    assert.equal(builtCli(root), undefined);
    bundled();
    rmSync(source());
    assert.equal(builtCli(root), undefined);
  });
});
