import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine } from '@medallion/core/engine/client.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { script, startLake } from '../engine/lake.ts';

const sample = join(import.meta.dirname, '../../../samples/shopcom-ml');

/** Customers of whom those with many sessions come back, every thirtieth the other way round. */
const customers = `CREATE OR REPLACE TABLE gold.customer_360 AS
  SELECT CAST(id AS INT) AS customer_id, CASE WHEN (id % 10 > 4) = (id % 30 <> 15) THEN 3 ELSE 1 END AS orders,
    CAST(id % 10 AS BIGINT) AS sessions, CAST(id % 7 AS INT) AS recency_days, id % 2 = 0 AS marketing_consent
  FROM range(1, 401) AS r(id)`;

describe('a model on gold', function () {
  this.timeout(600_000);

  it('is trained by the sample’s job: the version that it read and its metrics are in the record, and a gate can fail it', async () => {
    await using lake = await startLake();
    const { environment } = lake.azure;
    const { stateFolder } = lake;
    await using engine = await startEngine({ environment, stateFolder, threads: 1 });
    await engine.runScript(script(customers));
    using folder = temporaryFolder();
    await cp(sample, folder.path, { recursive: true });
    const settings = await readFile(join(sample, 'medallion.yaml'), 'utf8');
    const write = (auc: string): Promise<void> =>
      writeFile(
        join(folder.path, 'medallion.yaml'),
        `${settings.replace('shopcom_local', 'shop').replace('0.7', auc)}python: { interpreter: ${pythonEnvironment()} }\n`,
      );
    const run = async () => {
      const { project, bundle } = await loadFor(folder.path, 'local');
      const job = bundle?.jobs[0];
      assert.ok(job);
      const places = { resolver: lake.resolver, storage: lake.storage };
      return await runJob({ root: project.root, job, environment, stateFolder, engine, lake: places });
    };
    await write('0.7');
    const good = await run();
    const [task] = good.tasks;
    assert.equal(good.state, 'succeeded', JSON.stringify(task?.error));
    assert.deepEqual(
      task?.inputs.tables.map(({ table, version }) => [table, version]),
      [['shop.gold.customer_360', 0]],
    );
    assert.equal(task.metrics?.['customers'], 400);
    assert.ok((task.metrics['auc'] ?? 0) > 0.8 && (task.metrics['auc'] ?? 0) < 1, JSON.stringify(task.metrics));
    assert.deepEqual(
      task.outputs.map(({ table, rows }) => [table, rows]),
      [['shop.gold.returning_scores', 400]],
    );
    await write('0.999');
    const bad = await run();
    assert.equal(bad.state, 'failed');
    assert.equal(bad.tasks[0]?.error?.code, 'jobs.metrics-gate');
    assert.match(
      bad.tasks[0].error.message,
      /^train_returning\/train does not pass its gate: auc is 0\.\d+, less than 0\.999\.$/,
    );
    assert.deepEqual(bad.tasks[0].metrics, task.metrics, 'the same version, split and rounds give the same model');
  });
});
