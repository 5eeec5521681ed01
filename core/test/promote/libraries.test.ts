import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleLibraries, libraryPath } from '@medallion/core/promote/libraries.ts';
import { withLibraries } from '@medallion/core/promote/targets/databricks/job-libraries.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { refusal } from '../engine/refusal.ts';

const bundle = (build: string): string => `bundle: { name: shop }
workspace: { artifact_path: /Workspace/Shared/shop/artifacts }
artifacts:
  mine: { type: whl, path: ., build: '${build}' }
resources:
  jobs:
    load:
      tasks:
        - task_key: load
          libraries: [{ whl: ./dist/*.whl }, { pypi: { package: requests } }]
          python_wheel_task: { package_name: mine, entry_point: main }
        - task_key: each
          for_each_task:
            inputs: '[1]'
            task:
              task_key: inner
              libraries: [{ whl: /Volumes/a/b/c/other.whl }, { whl: dist/mine-0.1-py3-none-any.whl }]
              python_wheel_task: { package_name: mine, entry_point: main }
      environments:
        - { environment_key: e, spec: { dependencies: ['./dist/mine-0.1-py3-none-any.whl[train]', 'requests==2'] } }
`;

describe('libraries of a bundle’s own at its promotion', () => {
  const load = async (folder: string, build: string) => {
    await writeFile(join(folder, 'databricks.yml'), bundle(build));
    const { bundle: resolved } = await loadFor(folder, 'local');
    assert.ok(resolved);
    return resolved;
  };

  it('are built by the artifact’s command, hashed, and named where the Databricks CLI puts them', async () => {
    using folder = temporaryFolder();
    const resolved = await load(
      folder.path,
      'mkdir -p dist && echo "$SOURCE_DATE_EPOCH" > dist/mine-0.1-py3-none-any.whl && echo built >> log',
    );
    const libraries = await bundleLibraries(folder.path, resolved);
    const remote = '/Workspace/Shared/shop/artifacts/.internal/mine-0.1-py3-none-any.whl';
    assert.deepEqual(
      libraries.map(({ written, remote: place, bytes }) => [written, place, Buffer.from(bytes).toString()]),
      [
        ['dist/mine-0.1-py3-none-any.whl', remote, '315532800\n'],
        ['dist/*.whl', remote, '315532800\n'],
      ],
    );
    assert.equal(await readFile(join(folder.path, 'log'), 'utf8'), 'built\n', 'once, for both names');
    const settings = {
      tasks: [
        { task_key: 'load', libraries: [{ whl: 'dist/*.whl' }, { pypi: { package: 'requests' } }] },
        {
          task_key: 'each',
          for_each_task: {
            inputs: '[1]',
            task: { libraries: [{ whl: '/Volumes/a/b/c/other.whl' }, { whl: 'dist/mine-0.1-py3-none-any.whl' }] },
          },
        },
      ],
      environments: [{ spec: { dependencies: ['./dist/mine-0.1-py3-none-any.whl[train]', 'requests==2'] } }],
    };
    assert.deepEqual(withLibraries(settings, libraries), {
      tasks: [
        { task_key: 'load', libraries: [{ whl: remote }, { pypi: { package: 'requests' } }] },
        {
          task_key: 'each',
          for_each_task: {
            inputs: '[1]',
            task: { libraries: [{ whl: '/Volumes/a/b/c/other.whl' }, { whl: remote }] },
          },
        },
      ],
      environments: [{ spec: { dependencies: [`${remote}[train]`, 'requests==2'] } }],
    });
  });

  it('say what the build said where it fails, and which file is missing where it makes none', async () => {
    using folder = temporaryFolder();
    const failing = await load(folder.path, 'echo no compiler here >&2; exit 3');
    const error = await refusal(bundleLibraries(folder.path, failing), 'promote.build-failed');
    assert.match(error.message, /artifact mine cannot be built: no compiler here/);
    const empty = await load(folder.path, 'true');
    assert.match(
      (await refusal(bundleLibraries(folder.path, empty), 'promote.missing-library')).message,
      /no file dist\/mine-0\.1/,
    );
  });

  it('are told from packages, and from what lies elsewhere', () => {
    const paths = [
      './a/b.whl',
      'b.whl[x,y]',
      'c.jar',
      'requests==2',
      '/Workspace/x.whl',
      'dbfs:/x.whl',
      'https://h/x.whl',
    ];
    assert.deepEqual(
      paths.map((path) => libraryPath(path)),
      ['a/b.whl', 'b.whl', 'c.jar', undefined, undefined, undefined, undefined],
    );
  });
});
