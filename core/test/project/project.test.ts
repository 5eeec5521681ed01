import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { taskPath } from '@medallion/core/project/bundle-job.ts';
import { at } from '@medallion/core/project/config-node.ts';
import { fixtureProject } from './fixture-project.ts';

const shopcom = join(import.meta.dirname, '../../../samples/shopcom');

describe('project', () => {
  it('loads the sample with every task file in its place', async () => {
    const project = await loadProject(shopcom);
    assert.deepEqual(project.diagnostics, []);
    assert.equal(project.settings?.layers?.['landing']?.volume, 'bronze.landing');
    const resolved = resolveBundle(primaryBundle(project), { variables: { catalog: 'shopcom_local' } });
    assert.deepEqual(resolved.diagnostics, []);
    const [job] = resolved.jobs;
    assert.equal(job?.name, '[dev medallion] medallion_daily');
    assert.equal(job.parameters.get('landing'), '/Volumes/shopcom_local/bronze/landing');
    for (const task of job.tasks) {
      const path = taskPath(at(task.body, 'file', 'path'));
      assert.ok(path?.file !== undefined && project.files.includes(path.file), task.key);
    }
  });

  it('finds every bundle and factory below the folder, and nothing in ignored ones', async () => {
    const pipeline = JSON.stringify({ name: 'p', properties: { activities: [] } });
    await using fixture = await fixtureProject({
      'a/databricks.yml': 'bundle: {name: a}\n',
      'b/c/databricks.yaml': 'bundle: {name: c}\n',
      'node_modules/x/databricks.yml': 'bundle: {name: no}\n',
      'old/.gitignore': 'gone/\n!kept/\n',
      'old/gone/databricks.yml': 'bundle: {name: no}\n',
      'adf/pipeline/p.json': pipeline,
      'pipeline/notes.json': '{"anything": 1}',
      'eh/Config.json': '{"UserConfig": {"NamespaceConfig": []}}',
      'contracts/gold/x.odcs.yaml': 'kind: DataContract\n',
    });
    await symlink(fixture.root, join(fixture.root, 'a/loop'));
    const project = await loadProject(fixture.root);
    assert.deepEqual(
      project.bundles.map(({ file }) => file),
      ['a/databricks.yml', 'b/c/databricks.yaml'],
    );
    assert.deepEqual(
      project.factories.map(({ folder }) => folder),
      ['adf'],
    );
    assert.deepEqual(
      project.hubs.map(({ file }) => file),
      ['eh/Config.json'],
    );
    assert.deepEqual(project.contracts, ['contracts/gold/x.odcs.yaml']);
    assert.throws(
      () => primaryBundle(project),
      (error: unknown) => error instanceof ExpectedError && error.code === 'project.several-bundles',
    );
  });

  it('names a broken medallion.yaml by line and goes on', async () => {
    await using fixture = await fixtureProject({
      'medallion.yaml': 'layers:\n  bronze: {schema: 7}\ncolour: red\n',
      'databricks.yml': 'bundle: {name: x}\n',
    });
    const project = await loadProject(fixture.root);
    assert.deepEqual(
      project.diagnostics.map(({ code, range }) => `${code}:${range?.start.line}`),
      ['settings.unknown-key:3', 'settings.invalid:2'],
    );
    assert.equal(project.settings, undefined);
    assert.equal(project.bundles.length, 1);
  });

  it('refuses a folder that does not exist', async () => {
    await assert.rejects(
      loadProject(join(shopcom, 'nowhere')),
      (error: unknown) => error instanceof ExpectedError && error.code === 'project.not-found',
    );
  });
});
