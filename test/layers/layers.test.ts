import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');

/** The rules that the deliberately bad fixture breaks, one file each. */
const broken = [
  'core-base-imports-down',
  'core-knows-no-front-end',
  'emulator-only-from-local',
  'emulator-stands-alone',
  'native-only-in-engine',
  'no-cycles',
  'no-unresolvable',
  'not-to-dev-dep',
  'samples-stand-alone',
  'vscode-only-in-extension',
];

describe('the layering rules', () => {
  it('bite on a deliberately bad tree, each by its name', () => {
    // Inside the repository, so that `vscode` and the native module resolve as they would for a real offender.
    const folder = mkdtempSync(join(root, 'test', 'layers', 'bad-'));
    try {
      cpSync(join(import.meta.dirname, 'fixtures', 'bad'), folder, { recursive: true });
      const ended = spawnSync(
        process.execPath,
        [cruiser, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', folder],
        { cwd: root, encoding: 'utf8' },
      );
      const { summary } = JSON.parse(ended.stdout) as { summary: { violations: { rule: { name: string } }[] } };
      const found = [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
      assert.deepEqual(found, broken);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
