/** A promotion in a process of its own that is killed right after its first job was made. Its parent sends the folder and the environment. */
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { loadProject, primaryBundle, primaryFactory } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { promote } from '@medallion/core/promote/promote.ts';

export interface PromoterMessage {
  readonly folder: string;
  readonly environment: AzureEnvironment;
}

async function run({ folder, environment }: PromoterMessage): Promise<void> {
  const project = await loadProject(folder);
  const client = createDatabricksClient(environment);
  const databricks: typeof client = {
    ...client,
    async request<T>(...call: Parameters<typeof client.request>): Promise<T> {
      const answer = await client.request<T>(...call);
      if (call[1].endsWith('jobs/create')) process.kill(process.pid, 'SIGKILL');
      return answer;
    },
  };
  const bundle = resolveBundle(primaryBundle(project));
  const input = { environment, project, bundle, factory: primaryFactory(project) };
  await promote(input, { gate: { contents: [], evidence: {}, blocked: [] }, ports: { databricks } });
}

process.once('message', (message: PromoterMessage) => {
  run(message).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
    process.disconnect();
  });
});
