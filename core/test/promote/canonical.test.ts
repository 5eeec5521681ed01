import assert from 'node:assert/strict';
import { hashOf, type Body } from '@medallion/core/promote/canonical.ts';
import { secretsIn, withoutSecrets, withSecretsOf } from '@medallion/core/promote/secrets.ts';
import { canonicalJob } from '@medallion/core/promote/targets/databricks/canonical-job.ts';
import { schemaTarget } from '@medallion/core/promote/targets/databricks/schema.ts';
import { volumeTarget } from '@medallion/core/promote/targets/databricks/volume.ts';
import { pipelineTarget } from '@medallion/core/promote/targets/datafactory/pipeline.ts';
import { linkedServiceTarget } from '@medallion/core/promote/targets/datafactory/linked-service.ts';

const same = (canonical: (body: Body) => Body, sent: Body, readBack: Body) => {
  assert.deepEqual(canonical(readBack), canonical(sent));
  assert.equal(hashOf(canonical(readBack)), hashOf(canonical(sent)));
};

describe('canonical forms', () => {
  it('a job reads back with defaults, sorted dependencies and other orders, and is the same job', () => {
    const notifications = { email_notifications: {}, webhook_notifications: {}, timeout_seconds: 0 };
    same(
      canonicalJob,
      {
        name: 'daily',
        schedule: { quartz_cron_expression: '0 0 4 * * ?', timezone_id: 'UTC' },
        tasks: [
          { task_key: 'b', depends_on: [{ task_key: 'c' }, { task_key: 'a' }], run_job_task: { job_id: 12n ** 17n } },
          { task_key: 'a', notebook_task: { notebook_path: '/x' } },
          { task_key: 'c', sql_task: { warehouse_id: 'w', file: { path: '/y.sql' } } },
        ],
      },
      {
        ...notifications,
        name: 'daily',
        format: 'MULTI_TASK',
        max_concurrent_runs: 1,
        schedule: { timezone_id: 'UTC', pause_status: 'UNPAUSED', quartz_cron_expression: '0 0 4 * * ?' },
        tasks: [
          {
            ...notifications,
            task_key: 'c',
            run_if: 'ALL_SUCCESS',
            sql_task: { file: { source: 'WORKSPACE', path: '/y.sql' }, warehouse_id: 'w' },
          },
          {
            ...notifications,
            task_key: 'a',
            run_if: 'ALL_SUCCESS',
            notebook_task: { source: 'WORKSPACE', notebook_path: '/x' },
          },
          {
            ...notifications,
            task_key: 'b',
            run_if: 'ALL_SUCCESS',
            run_job_task: { job_id: 12n ** 17n },
            depends_on: [{ task_key: 'a' }, { task_key: 'c' }],
          },
        ],
      },
    );
  });

  it('a job that differs in what is no default is another job', () => {
    const job = (run: Body) => hashOf(canonicalJob({ name: 'daily', tasks: [{ task_key: 'a', ...run }] }));
    assert.notEqual(job({}), job({ run_if: 'ALL_DONE' }));
    assert.notEqual(job({}), job({ timeout_seconds: 5 }));
  });

  it('a pipeline reads back with fields of the service, other case of types and sorted annotations', () => {
    same(
      (body) => pipelineTarget.canonical(body),
      {
        name: 'p',
        properties: {
          parameters: { day: { type: 'string' } },
          activities: [{ name: 'w', type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } }],
          annotations: ['b', 'a'],
        },
      },
      {
        name: 'P',
        properties: {
          annotations: ['a', 'b'],
          activities: [
            {
              dependsOn: [],
              userProperties: [],
              policy: { retry: 0 },
              name: 'w',
              type: 'Wait',
              typeProperties: { waitTimeInSeconds: 1 },
            },
          ],
          lastPublishTime: '2026-01-01T00:00:00Z',
          parameters: { day: { type: 'String' } },
        },
      },
    );
  });

  it('a linked service is compared without its secrets, which the service masks', () => {
    const service = (typeProperties: Body): Body => ({
      name: 's',
      properties: { type: 'AzureBlobStorage', typeProperties },
    });
    same(
      (body) => linkedServiceTarget.canonical(body),
      service({
        connectionString: 'AccountName=a;AccountKey=k3y;EndpointSuffix=x',
        sasUri: { type: 'SecureString', value: 's3c' },
      }),
      service({
        connectionString: 'AccountName=a;EndpointSuffix=x',
        encryptedCredential: '**********',
        sasUri: { type: 'SecureString', value: '**********' },
      }),
    );
  });

  it('finds the secrets of a body and no masks', () => {
    const body = { a: { type: 'SecureString', value: 'one' }, list: [{ connectionString: 'Host=h;Password=two' }] };
    assert.deepEqual(secretsIn(body), ['one', 'Password=two']);
    assert.deepEqual(secretsIn(withoutSecrets(body)), []);
    assert.ok(!JSON.stringify(withoutSecrets(body)).includes('two'));
  });

  it('puts secrets in again where they were masked, and gives up where one is not there', () => {
    const sent = {
      list: [{ connectionString: 'AccountName=b;AccountKey=k3y', a: 1 }],
      key: { type: 'SecureString', value: 's3c' },
    };
    const masked = {
      list: [{ connectionString: 'AccountName=a', encryptedCredential: '**********', a: 1 }],
      key: { type: 'SecureString', value: '**********' },
      other: 'x',
    };
    assert.deepEqual(withSecretsOf(masked, sent), {
      list: [{ connectionString: 'AccountName=a;AccountKey=k3y', a: 1 }],
      key: { type: 'SecureString', value: 's3c' },
      other: 'x',
    });
    assert.equal(withSecretsOf(masked, { ...sent, list: [] }), undefined);
    assert.equal(withSecretsOf(masked, { ...sent, key: { type: 'AzureKeyVaultSecret' } }), undefined);
    assert.deepEqual(withSecretsOf({ plain: [1, { a: null }] }, undefined), { plain: [1, { a: null }] });
  });

  it('Unity Catalog lowers names, trims locations and places managed volumes', () => {
    same(
      (body) => schemaTarget.canonical(body),
      { name: 'Silver', catalog_name: 'Dev', storage_root: 'abfss://s@a.dfs.core.windows.net/' },
      {
        name: 'silver',
        catalog_name: 'dev',
        storage_root: 'abfss://s@a.dfs.core.windows.net',
        owner: 'me',
        created_at: 1,
      },
    );
    same(
      (body) => volumeTarget.canonical(body),
      { name: 'drop', catalog_name: 'dev', schema_name: 'silver', volume_type: 'MANAGED' },
      {
        name: 'drop',
        catalog_name: 'dev',
        schema_name: 'silver',
        volume_type: 'MANAGED',
        storage_location: 'abfss://x',
      },
    );
  });
});
