import assert from 'node:assert/strict';
import { pathGlob } from '@medallion/core/project/path-glob.ts';

/** What Go's filepath.Match says of the same pairs. */
const pairs: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
  ['resources/*.yml', 'resources/a.yml', true],
  ['resources/*.yml', 'resources/.a.yml', true],
  ['resources/*.yml', 'resources/sub/a.yml', false],
  ['resources/**/*.yml', 'resources/sub/a.yml', true],
  // `**` is no globstar: it neither vanishes nor crosses a folder.
  ['resources/**/*.yml', 'resources/a.yml', false],
  ['resources/**/*.yml', 'resources/sub/deep/a.yml', false],
  ['a?.yml', 'ab.yml', true],
  ['a?b.yml', 'a/b.yml', false],
  ['[a-c]*.yml', 'b1.yml', true],
  ['[^a-c]*.yml', 'b1.yml', false],
  ['[!a]*.yml', '!x.yml', true],
  ['{a,b}.yml', 'a.yml', false],
  ['{a,b}.yml', '{a,b}.yml', true],
  ['a.yml', 'axyml', false],
  [String.raw`\*.yml`, '*.yml', true],
  [String.raw`\*.yml`, 'a.yml', false],
];

describe('the patterns of include', () => {
  for (const [pattern, path, matches] of pairs) {
    it(`${pattern} ${matches ? 'is' : 'is not'} ${path}`, () => {
      assert.equal(pathGlob(pattern)?.(path), matches);
    });
  }

  it('may be malformed', () => {
    assert.equal(pathGlob('[z-a]*.yml'), undefined);
  });
});
