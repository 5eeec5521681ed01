import assert from 'node:assert/strict';
import { loadBundle, type Bundle } from '@medallion/core/project/bundle.ts';
import { at, textAt, toPlain } from '@medallion/core/project/config-node.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { parseConfig } from '@medallion/core/project/text-file.ts';

async function bundleOf(files: Readonly<Record<string, string>>): Promise<Bundle> {
  const read = async (file: string): Promise<ReturnType<typeof parseConfig>> => parseConfig(file, files[file] ?? '');
  return loadBundle('databricks.yml', { files: Object.keys(files), read });
}

const overridden = {
  'databricks.yml': `
bundle: {name: shop}
include: [resources/*.yml]
variables:
  catalog: {default: base}
  place: {default: "\${var.catalog}/\${bundle.target}"}
  cluster: {default: {size: 4, label: "c-\${var.catalog}"}, type: complex}
  pool: {lookup: {instance_pool: big}}
targets:
  dev: {mode: development, default: true, variables: {catalog: devcat}}
  prod:
    mode: production
    variables: {pool: {default: small}}
    resources:
      jobs:
        daily:
          tasks:
            - {task_key: one, max_retries: 3}
            - {task_key: three}
          job_clusters:
            - {job_cluster_key: main, new_cluster: {num_workers: 9}}
`,
  'resources/daily.yml': `
x-defaults: &common {timeout_seconds: 60, max_retries: 1}
resources:
  schemas:
    bronze: {name: bronze, catalog_name: "\${var.catalog}"}
  jobs:
    daily:
      name: daily \${var.place}
      schedule: {quartz_cron_expression: "0 0 * * * ?"}
      run_id: 1234567890123456789
      tasks:
        - {task_key: one, <<: *common, pool: "\${var.pool}"}
        - {task_key: two, workers: "\${var.cluster.size}", cluster: "\${var.cluster}", after: "\${resources.schemas.bronze.name}"}
      job_clusters:
        - {job_cluster_key: main, new_cluster: {num_workers: 1, spark_version: 15.4.x-scala2.12}}
`,
};

describe('resolveBundle', () => {
  it('merges a target as the Databricks CLI does: tasks by task_key, clusters by key, maps deeply', async () => {
    const { config, diagnostics } = resolveBundle(await bundleOf(overridden), { target: 'prod' });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(toPlain(at(config, 'resources', 'jobs', 'daily')!), {
      name: 'daily base/prod',
      schedule: { quartz_cron_expression: '0 0 * * * ?' },
      run_id: 1234567890123456789n,
      tasks: [
        { task_key: 'one', pool: 'small', timeout_seconds: 60, max_retries: 3 },
        {
          task_key: 'two',
          workers: 4,
          cluster: { size: 4, label: 'c-base' },
          after: '${resources.schemas.bronze.name}',
        },
        { task_key: 'three' },
      ],
      job_clusters: [{ job_cluster_key: 'main', new_cluster: { num_workers: 9, spark_version: '15.4.x-scala2.12' } }],
    });
  });

  it('renames, tags, pauses and limits in development mode', async () => {
    const user = { userName: 'Jane.Doe@example.com' };
    const resolved = resolveBundle(await bundleOf(overridden), { user });
    const job = at(resolved.config, 'resources', 'jobs', 'daily');
    assert.equal(textAt(job, 'name'), '[dev jane_doe] daily devcat/dev');
    assert.equal(textAt(job, 'schedule', 'pause_status'), 'PAUSED');
    assert.equal(textAt(job, 'max_concurrent_runs'), '4');
    assert.equal(textAt(job, 'tags', 'dev'), 'jane_doe');
    assert.equal(textAt(resolved.config, 'resources', 'schemas', 'bronze', 'name'), 'dev_jane_doe_bronze');
    assert.equal(textAt(resolved.plainResources, 'schemas', 'bronze', 'name'), 'bronze');
    assert.equal(
      textAt(resolved.config, 'workspace', 'file_path'),
      '/Workspace/Users/Jane.Doe@example.com/.bundle/shop/dev/files',
    );
    assert.deepEqual(
      resolved.diagnostics.map(({ code }) => code),
      ['bundle.lookup-variable'],
    );
  });

  it('tells that files are not deployed in place from outside of a workspace, and copies them', async () => {
    const text = 'bundle: {name: x}\ntargets:\n  dev: {mode: development, presets: {source_linked_deployment: true}}\n';
    const { config, diagnostics } = resolveBundle(await bundleOf({ 'databricks.yml': text }));
    assert.deepEqual(
      diagnostics.map(({ code, severity, range }) => `${severity} ${code}:${range?.start.line}`),
      ['warning bundle.source-linked:3'],
    );
    assert.equal(textAt(config, 'presets', 'source_linked_deployment'), 'false');
  });

  it('prefers given values over lookups and defaults', async () => {
    const resolved = resolveBundle(await bundleOf(overridden), { variables: { catalog: 'mine', pool: 'p' } });
    assert.deepEqual(resolved.diagnostics, []);
    assert.equal(textAt(resolved.variables.get('place')), 'mine/dev');
    assert.equal(textAt(resolved.config, 'resources', 'jobs', 'daily', 'tasks', 0, 'pool'), 'p');
  });

  const tellsOf: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'a variable without a value',
      'variables: {x: }\nworkspace: {host: "${var.x}"}\n',
      ['bundle.unresolved-reference:2'],
    ],
    [
      'variables in a circle',
      'variables: {a: {default: "${var.b}"}, b: {default: "${var.a}"}}\nrun_as: "${var.a}"\n',
      ['bundle.unresolved-reference:1'],
    ],
    ['a mapping that is a list', '- 1\n', ['bundle.not-a-mapping:1']],
    ['broken YAML', 'bundle: {name: [\n', ['project.malformed-yaml:2']],
    ['an alias that contains itself', 'bundle: &a\n  name: x\n  more: *a\n', ['project.malformed-yaml:3']],
    ['a missing include', 'include:\n  - gone.yml\n', ['bundle.missing-include:2']],
  ];
  for (const [what, text, expected] of tellsOf) {
    it(`tells of ${what} and does not throw`, async () => {
      const bundle = await bundleOf({ 'databricks.yml': text });
      const found = [...bundle.diagnostics, ...resolveBundle(bundle).diagnostics];
      assert.deepEqual(found.map(({ code, range }) => `${code}:${range?.start.line}`).slice(0, 1), expected);
    });
  }
});
