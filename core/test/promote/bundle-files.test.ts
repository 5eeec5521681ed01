import assert from 'node:assert/strict';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { without } from '@medallion/core/promote/canonical.ts';
import type { PromotionContext } from '@medallion/core/promote/targets/target.ts';
import { bundleFiles } from '@medallion/core/promote/targets/databricks/bundle-files.ts';
import { deployedJobs } from '@medallion/core/promote/targets/databricks/deployed-job.ts';
import { isNotebook, remoteFile } from '@medallion/core/promote/targets/databricks/remote-file.ts';
import { supported } from '@medallion/core/promote/supported.ts';
import { projectFolder } from './project-files.ts';

const head = (jobs: string, rest = '') => `
bundle: { name: shop }
${rest}
resources:
  jobs:
${jobs}
`;
const sqlJob = head(`
    daily:
      tasks:
        - { task_key: a, sql_task: { warehouse_id: w, file: { path: src/silver/a.sql } } }
`);

async function contextOf(files: Readonly<Record<string, string>>): Promise<PromotionContext & Disposable> {
  const folder = projectFolder(files);
  const project = await loadProject(folder.path);
  const bundle = resolveBundle(primaryBundle(project), { user: { userName: 'me' } });
  const notUsed = () => assert.fail('not used');
  return {
    project,
    bundle,
    databricks: { host: '', request: notUsed, download: notUsed },
    dataFactory: undefined,
    owner: 'shop',
    libraries: () => Promise.resolve([]),
    filePath: '/Workspace/Users/me/.bundle/shop/default/files',
    statePath: '/Workspace/Users/me/.bundle/shop/default/state',
    content: notUsed,
    keep: notUsed,
    signal: undefined,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe('the files of a bundle', () => {
  it('are those that its SQL tasks name', async () => {
    using context = await contextOf({ 'databricks.yml': sqlJob });
    assert.deepEqual(await bundleFiles(context), ['src/silver/a.sql']);
  });

  it('are joined by what sync says', async () => {
    const sync = 'sync: { include: ["*.md"], paths: [src], exclude: ["src/silver/b.sql"] }';
    using context = await contextOf({ 'databricks.yml': sqlJob.replace('\n\n', `\n${sync}\n`) });
    assert.deepEqual(await bundleFiles(context), ['README.md', 'src/silver/a.sql']);
  });

  it('are joined by what git ignores and include names, and lose what exclude names, whoever brought it in', async () => {
    const sync = 'sync: { include: ["dist/*.whl", "*.md"], exclude: ["README.md", "dist/old.whl"] }';
    using context = await contextOf({
      'databricks.yml': sqlJob.replace('\n\n', `\n${sync}\n`),
      '.gitignore': 'dist/\n',
      'dist/new.whl': 'w',
      'dist/old.whl': 'w',
    });
    assert.deepEqual(await bundleFiles(context), ['dist/new.whl', 'src/silver/a.sql']);
  });

  it('lie below the folder around them all where sync.paths leaves the bundle', async () => {
    const files = {
      'databricks.yml': 'bundle: { name: outside }\nresources: {}\n',
      'b/databricks.yml': head(
        '    x: { tasks: [{ task_key: n, notebook_task: { notebook_path: "${workspace.file_path}/b/n" } }] }',
        'sync: { paths: [src, ../shared] }',
      ),
      'b/n.py': '# Databricks notebook source\n',
      'b/src/a.py': '',
      'shared/lib.py': '',
    };
    using folder = projectFolder(files);
    const project = await loadProject(folder.path);
    const bundle = resolveBundle(project.bundles.find((one) => one.folder === 'b')!);
    assert.deepEqual(await bundleFiles({ project, bundle }), ['b/n.py', 'b/src/a.py', 'shared/lib.py']);
    assert.equal(remoteFile({ filePath: '/f', bundle }, 'shared/lib.py'), '/f/shared/lib.py');
  });

  it('are the whole folder of the bundle where a task may import what lies beside it', async () => {
    const files = {
      'databricks.yml': 'bundle: { name: outside }\nresources: {}\n',
      'b/databricks.yml': head('    x: { tasks: [{ task_key: n, notebook_task: { notebook_path: n.py } }] }'),
      'b/n.py': '# Databricks notebook source\nimport lib\n',
      'b/lib.py': 'x = 1\n',
      '.gitignore': 'b/secret.py\n',
      'b/secret.py': '',
    };
    using folder = projectFolder(files);
    const project = await loadProject(folder.path);
    const bundle = resolveBundle(project.bundles.find((one) => one.folder === 'b')!);
    assert.deepEqual(await bundleFiles({ project, bundle }), ['b/databricks.yml', 'b/lib.py', 'b/n.py']);
  });

  it('are told from notebooks by their first line', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    assert.ok(isNotebook('a.py', bytes('# Databricks notebook source\n')));
    assert.ok(isNotebook('a.sql', bytes('\uFEFF-- Databricks notebook source\r\nSELECT 1')));
    assert.ok(isNotebook('a.ipynb', bytes('{}')));
    assert.ok(!isNotebook('a.py', bytes('# Databricks notebook sources\n')));
    assert.ok(!isNotebook('a.txt', bytes('# Databricks notebook source\n')));
  });
});

describe('a job as it is deployed', () => {
  it('has its paths in the workspace, notebooks without ending, and leaves git and absolute paths alone', async () => {
    const jobs = `
    x:
      name: x
      permissions: [{ level: CAN_VIEW, group_name: users }]
      tags: { cost: 7 }
      tasks:
        - { task_key: n, notebook_task: { notebook_path: src/n.py, base_parameters: { days: 3, full: true } } }
        - { task_key: s, notebook_task: { notebook_path: /Shared/s } }
        - task_key: loop
          for_each_task:
            inputs: '[1]'
            task: { task_key: inner, spark_python_task: { python_file: src/p.py } }
    from_git:
      name: from git
      git_source: { git_url: u, git_provider: gitHub, git_branch: main }
      tasks: [{ task_key: g, notebook_task: { notebook_path: src/g, source: GIT } }]
`;
    using context = await contextOf({
      'databricks.yml': head(jobs, 'run_as: { service_principal_name: p }'),
      'src/n.py': '',
      'src/p.py': '',
    });
    const { settings } = deployedJobs(context)[0]!;
    const files = '/Workspace/Users/me/.bundle/shop/default/files';
    assert.deepEqual(settings['tasks'], [
      {
        task_key: 'loop',
        for_each_task: {
          inputs: '[1]',
          task: { task_key: 'inner', spark_python_task: { python_file: `${files}/src/p.py` } },
        },
      },
      {
        task_key: 'n',
        notebook_task: { notebook_path: `${files}/src/n`, base_parameters: { days: '3', full: 'true' } },
      },
      { task_key: 's', notebook_task: { notebook_path: '/Shared/s' } },
    ]);
    assert.deepEqual(deployedJobs(context)[1]?.settings['tasks'], [
      { task_key: 'g', notebook_task: { notebook_path: 'src/g', source: 'GIT' } },
    ]);
    assert.deepEqual(without(settings, ['tasks']), {
      name: 'x',
      max_concurrent_runs: 1,
      tags: { cost: '7', medallion_owner: 'shop/default/x' },
      run_as: { service_principal_name: 'p' },
      queue: { enabled: true },
      format: 'MULTI_TASK',
      edit_mode: 'UI_LOCKED',
      deployment: {
        kind: 'BUNDLE',
        metadata_file_path: '/Workspace/Users/me/.bundle/shop/default/state/metadata.json',
      },
    });
    assert.deepEqual(supported(context), []);
  });

  it('is refused with what else the bundle declares, by name', async () => {
    const other = `${sqlJob}  pipelines:\n    dlt: { name: dlt }\n  dashboards:\n    d: {}\n`;
    using context = await contextOf({ 'databricks.yml': other });
    assert.throws(() => supported(context), {
      code: 'promote.not-supported',
      message: /resources\.pipelines\.dlt is not promoted\. resources\.dashboards\.d is not promoted/,
    });
  });
});
