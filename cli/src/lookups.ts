import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { lookUpIds, wantedIds } from '@medallion/core/lake/bundle-lookups.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';

/**
 * The project with the ids that its bundle's variables look up in the environment's workspace. On this machine a name that the
 * emulated workspace does not know stays without a value, which the bundle's diagnostics say: most of what is looked up is compute.
 * @throws ExpectedError as `lookUpIds`, in the cloud.
 */
export async function withLookups(loaded: LoadedProject, environment: AzureEnvironment): Promise<LoadedProject> {
  const { bundle, project, environmentName } = loaded;
  if (!bundle || wantedIds(bundle).length === 0) return loaded;
  try {
    const found = await lookUpIds(createDatabricksClient(environment), bundle);
    return await loadFor(project.root, environmentName, found);
  } catch (error) {
    if (environmentName !== 'local' || !(error instanceof ExpectedError) || !unknownHere.test(error.code)) throw error;
    return loaded;
  }
}

const unknownHere = /^(bundle\.lookup-|databricks\.(http-50[01]|not-implemented|endpoint-not-found|not-found)$)/;
