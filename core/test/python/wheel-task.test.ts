import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPythonPackage } from '@medallion/core/jobs/tasks/python-package.ts';
import { wheelSources } from '@medallion/core/jobs/tasks/wheel-libraries.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';

describe('the source of a wheel', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'medallion-wheel-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };

  it('is where pyproject.toml, setup.py or setup.cfg names it, however the name is spelt', () => {
    write('pyproject.toml', '[tool.ruff]\nline-length = 120\n');
    write('libs/loader/pyproject.toml', '[project]\nname = "shop-loader"\n');
    write('libs/loader/src/shop_loader/__init__.py', '');
    write('libs/old/setup.py', 'from setuptools import setup\nsetup(\n    name="Shop.Old",\n    version="1")\n');
    assert.deepEqual(findPythonPackage(root, 'shop_loader'), {
      folder: 'libs/loader',
      file: 'libs/loader/pyproject.toml',
      path: ['libs/loader/src', 'libs/loader'],
    });
    assert.deepEqual(findPythonPackage(root, 'shop_old')?.path, ['libs/old']);
  });

  it('is nowhere where only folders hold it that are no source', () => {
    write('.venv/lib/pyproject.toml', '[project]\nname = "shop-loader"\n');
    write('build/pyproject.toml', '[project]\nname = "shop-loader"\n');
    assert.equal(findPythonPackage(root, 'shop-loader'), undefined);
  });

  it('stands for the wheels that the project builds and a task asks for, in its libraries and in its environment', async () => {
    for (const name of ['one', 'two']) {
      write(`${name}/pyproject.toml`, `[project]\nname = "${name}"\n`);
      write(`${name}/src/${name}/__init__.py`, '');
    }
    write('elsewhere/dist/bought.whl', '');
    write(
      'databricks.yml',
      `bundle: {name: b}
resources:
  jobs:
    j:
      environments:
        - {environment_key: e, spec: {dependencies: [requests, ./two/dist/two-1.0.whl]}}
        - {environment_key: other, spec: {dependencies: [./one/dist/*.whl]}}
      tasks:
        - {task_key: cluster, libraries: [{whl: ./one/dist/*.whl}, {pypi: {package: two}}, {whl: ./elsewhere/dist/bought.whl}]}
        - {task_key: serverless, environment_key: e}
        - {task_key: plain}
`,
    );
    const { jobs } = resolveBundle(primaryBundle(await loadProject(root)), {});
    const [job] = jobs;
    assert.ok(job);
    const sources = job.tasks.map((task) => wheelSources({ root, job, task, jobs }));
    assert.deepEqual(sources, [['one/src', 'one'], ['two/src', 'two'], []]);
  });
});
