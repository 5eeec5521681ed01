import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';

/** What the test tells this process to run. */
export interface KilledRunRequest {
  readonly root: string;
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
  readonly childEntry: string;
  /** Told to the test when it begins; the test then ends this process. */
  readonly task: string;
}

/** A run in a process of its own, which tells when the task begins and is killed then. */
process.once('message', (request: KilledRunRequest) => {
  void (async () => {
    const { root, environment, stateFolder, childEntry, task } = request;
    const { jobs } = resolveBundle(primaryBundle(await loadProject(root)));
    await using engine = await startEngine({ environment, stateFolder, childEntry, threads: 1 });
    await runJob({
      root,
      job: jobs[0]!,
      environment,
      stateFolder,
      engine,
      lake: {
        resolver: createResolver(createDatabricksClient(environment)),
        storage: createStorageClient(environment),
      },
      report: (event) => {
        if (event.kind === 'started' && event.step === task) process.send?.('begun');
      },
    });
  })();
});
