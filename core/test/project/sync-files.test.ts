import assert from 'node:assert/strict';
import { syncRules, type SyncRules } from '@medallion/core/project/sync-files.ts';
import { parseConfig } from '@medallion/core/project/text-file.ts';

function rulesOf(sync: string, file = 'b/databricks.yml'): SyncRules {
  const { node } = parseConfig(file, `sync: ${sync}`);
  assert.equal(node?.kind, 'map');
  return syncRules(node, 'b');
}

describe('sync', () => {
  it("is the bundle's folder where nothing is said", () => {
    const rules = rulesOf('{}');
    assert.deepEqual([rules.root, rules.paths, rules.include], ['b', undefined, []]);
    assert.ok(!rules.included('b/x') && !rules.excluded('b/x'));
  });

  it('has the folder around everything as its root where a path leaves the bundle', () => {
    assert.deepEqual(rulesOf('{ paths: [src, ../shared] }').root, '');
    assert.deepEqual(rulesOf('{ paths: [src, ../shared] }').paths, ['b/src', 'shared']);
    assert.equal(rulesOf('{ paths: [../../outside] }').root, '..');
    assert.equal(rulesOf('{ paths: [., ../../../outside, ../../x] }').root, '../..');
  });

  it('reads each entry relative to the file that holds it', () => {
    assert.deepEqual(rulesOf('{ paths: [../src] }', 'b/resources/job.yml').paths, ['b/src']);
    assert.ok(rulesOf('{ exclude: ["../src/*.tmp"] }', 'b/resources/job.yml').excluded('b/src/a.tmp'));
  });

  it('takes patterns as a .gitignore has them', () => {
    const rules = rulesOf('{ include: ["dist/*.whl", docs/], exclude: ["**/*.md", "!keep.md"] }');
    assert.ok(rules.included('b/dist/x.whl') && rules.included('b/docs/deep/a.txt'));
    assert.ok(!rules.included('dist/x.whl') && !rules.included('b/dist/sub/x.whl'));
    assert.ok(rules.excluded('b/docs/a.md'));
  });
});
