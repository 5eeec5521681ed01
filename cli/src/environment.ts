import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { textAt } from '@medallion/core/project/config-node.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';
import type { CommandContext } from './command.ts';
import { withLookups } from './lookups.ts';
import { runningLocalAzure } from './running-azure.ts';

/** An environment that a promotion goes to, and the project as it sees it. */
export interface TargetEnvironment {
  readonly environment: AzureEnvironment;
  readonly loaded: LoadedProject;
}

/** @throws ExpectedError `usage.environment`, `emulator.not-running`, `project.unknown-environment`, `project.environment-incomplete` */
export async function targetEnvironment(context: CommandContext): Promise<TargetEnvironment> {
  const name = context.positionals[0];
  if (name === undefined) {
    throw new ExpectedError({
      code: 'usage.environment',
      message: 'This command takes the name of an environment.',
      nextStep: 'Name one of medallion.yaml, such as local or dev.',
      kind: 'environment',
    });
  }
  const loaded = await loadFor(context.project, name);
  const environment =
    name === 'local' ? (await runningLocalAzure(context.state)).environment : cloudEnvironment(name, loaded);
  return { loaded: await withLookups(loaded, environment), environment };
}

/** From medallion.yaml and the bundle's target; credentials come from where Azure's SDK finds them. */
function cloudEnvironment(name: string, { project, bundle }: LoadedProject): AzureEnvironment {
  const settings = project.settings?.environments?.[name];
  const host = settings?.databricks?.host ?? (bundle ? textAt(bundle.config, 'workspace', 'host') : undefined);
  const { storage, dataFactory } = settings ?? {};
  if (host === undefined || storage === undefined) {
    throw new ExpectedError({
      code: 'project.environment-incomplete',
      message: `The environment '${name}' says no ${host === undefined ? 'Databricks host' : 'storage account'}.`,
      nextStep: `Set workspace.host of its target in databricks.yml and environments.${name}.storage.account in medallion.yaml.`,
      kind: 'environment',
    });
  }
  const { account } = storage;
  return {
    name,
    credential: { kind: 'default' },
    storage: {
      accountName: account,
      dfsEndpoint: storage.dfsEndpoint ?? `https://${account}.dfs.core.windows.net`,
      blobEndpoint: storage.blobEndpoint ?? `https://${account}.blob.core.windows.net`,
    },
    databricks: { host: host.replace(/\/$/, '') },
    ...(dataFactory === undefined
      ? {}
      : { dataFactory: { ...dataFactory, armEndpoint: dataFactory.armEndpoint ?? 'https://management.azure.com' } }),
  };
}
