import assert from 'node:assert/strict';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseLossless } from '@medallion/core/azure/lossless.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { bundleLibraries, type Library } from '@medallion/core/promote/libraries.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import { at, listAt } from '../../../emulator/test/support/control-client.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { buildEnvironment } from '../../../tools/python-venv.mjs';
import { startRehearsal } from './rehearsal.ts';

const setup = `from setuptools import setup
setup(name="mine", version="0.1", packages=["mine"], entry_points={"packages": ["main=mine.load:main"]})
`;

const bundle = (artifact: string): string => `bundle: { name: shop }
targets: { dev: { default: true } }
artifacts: { mine: { type: whl, path: ./mine${artifact} } }
resources:
  jobs:
    daily:
      name: daily
      environments: [{ environment_key: e, spec: { client: '3', dependencies: ['./mine/dist/*.whl', 'requests==2.32.0'] } }]
      tasks:
        - task_key: load
          environment_key: e
          python_wheel_task: { package_name: mine, entry_point: main }
        - task_key: old
          new_cluster: { spark_version: 16.4.x-scala2.12, num_workers: 1, node_type_id: Standard_DS3_v2 }
          libraries: [{ whl: ./mine/dist/*.whl }]
          python_wheel_task: { package_name: mine, entry_point: main }
`;

const files = (artifact = ''): Readonly<Record<string, string>> => ({
  'databricks.yml': bundle(artifact),
  'medallion.yaml': `python:\n  interpreter: ${buildEnvironment()}\n`,
  'mine/setup.py': setup,
  'mine/pyproject.toml': '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
  'mine/mine/__init__.py': '',
  'mine/mine/load.py': 'def main():\n    print("loaded")\n',
});

describe('wheels that a bundle builds', function () {
  this.timeout(180_000);

  /** What the project builds in a new folder, its files being as old as is said. */
  const build = async (texts: Readonly<Record<string, string>>, modified: Date): Promise<Library> => {
    using folder = temporaryFolder();
    for (const [file, text] of Object.entries(texts)) {
      await mkdir(dirname(join(folder.path, file)), { recursive: true });
      await writeFile(join(folder.path, file), text);
      await utimes(join(folder.path, file), modified, modified);
    }
    const { bundle: resolved } = await loadFor(folder.path, 'local');
    assert.ok(resolved);
    const [library, ...others] = await bundleLibraries(folder.path, resolved);
    assert.ok(library);
    assert.deepEqual(others, []);
    assert.match(library.remote, /\/artifacts\/\.internal\/mine-0\.1-py3-none-any\.whl$/);
    return library;
  };

  it('have the same bytes whenever and wherever they are built, and others where a source changes', async () => {
    const first = await build(files(), new Date('2024-01-01'));
    const second = await build(files(), new Date('2025-06-07'));
    assert.equal(first.sha256, second.sha256);
    assert.equal(Buffer.from(first.bytes).subarray(0, 2).toString(), 'PK');
    const changed = { ...files(), 'mine/mine/load.py': 'def main():\n    print("changed")\n' };
    assert.notEqual((await build(changed, new Date('2024-01-01'))).sha256, first.sha256);
  });

  it('are built by a command with the project’s own Python, to the same bytes each time', async () => {
    const command = files(", build: 'python -m build --wheel --no-isolation'");
    const first = await build(command, new Date('2024-01-01'));
    assert.equal((await build(command, new Date('2025-06-07'))).sha256, first.sha256);
  });

  it('are promoted to where the jobs then take them from, once for unchanged sources', async () => {
    await using rehearsal = await startRehearsal(files());
    const { plan, verified } = await rehearsal.promote();
    assert.equal(verified, plan.counts.create, renderPlan(plan));
    const list = parseLossless((await rehearsal.databricks('GET', '/api/2.2/jobs/list?expand_tasks=true')).text);
    const settings = at(
      listAt(list, 'jobs').find((job) => String(at(job, 'settings', 'name')).endsWith('daily')),
      'settings',
    );
    const dependencies = listAt(settings, 'environments', 0, 'spec', 'dependencies').map(String);
    const [wheel = '', other] = dependencies;
    assert.match(wheel, /^\/Workspace\/.*\/artifacts\/\.internal\/mine-0\.1-py3-none-any\.whl$/);
    assert.equal(other, 'requests==2.32.0');
    const old = listAt(settings, 'tasks').find((task) => task['task_key'] === 'old');
    assert.deepEqual(at(old, 'libraries'), [{ whl: wheel }]);
    const path = encodeURIComponent(wheel.replace(/^\/Workspace/, ''));
    const exported = await rehearsal.databricks('GET', `/api/2.0/workspace/export?path=${path}&format=AUTO`);
    const bytes = Buffer.from(String(at(parseLossless(exported.text), 'content')), 'base64');
    const here = await build(files(), new Date());
    assert.ok(bytes.equals(Buffer.from(here.bytes)), 'the bytes that are built here');

    // Nothing of an earlier build is left to be found again.
    await rm(join(rehearsal.folder.path, 'mine', 'dist'), { recursive: true });
    const again = await rehearsal.promote();
    const { create } = plan.counts;
    const nothing = { create: 0, update: 0, delete: 0, drift: 0, foreign: 0 };
    assert.deepEqual(again.plan.counts, { ...nothing, same: create }, renderPlan(again.plan));
    rehearsal.folder.write('mine/mine/load.py', 'def main():\n    print("changed")\n');
    const changed = await rehearsal.promote();
    const updated = changed.plan.items.filter(({ action }) => action === 'update').map(({ title }) => title);
    assert.deepEqual(
      updated.map((title) => title.replace(/^.*\/(files|artifacts)\//, '$1/')).toSorted(),
      [
        'artifacts/.internal/mine-0.1-py3-none-any.whl',
        // Nothing ignores what the build leaves here, so it is synced as the Databricks CLI does it.
        'files/mine/build/lib/mine/load.py',
        'files/mine/dist/mine-0.1-py3-none-any.whl',
        'files/mine/mine/load.py',
      ],
      renderPlan(changed.plan),
    );
  });
});
