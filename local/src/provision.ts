import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { parseLakeUrl } from '@medallion/core/lake/names.ts';
import { serviceErrorCode } from '@medallion/core/lake/unity-catalog.ts';
import { mapAt, textAt, type ConfigMap } from '@medallion/core/project/config-node.ts';
import type { MedallionSettings } from '@medallion/core/project/medallion.generated.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';

/** What was there already is not counted. */
export interface Provisioned {
  readonly containers: number;
  readonly catalogs: number;
  readonly schemas: number;
  readonly volumes: number;
}

export interface ProvisionInput {
  readonly environment: AzureEnvironment;
  readonly settings: MedallionSettings | undefined;
  /** As the local environment's target and variables see it. */
  readonly bundle: ResolvedBundle | undefined;
  /** Containers beside the layers': those that Capture and Data Factory write to. */
  readonly containers: readonly string[];
}

/**
 * Makes what an administrator and a first `bundle deploy` would have made: the layers' containers, the environment's catalog,
 * and the schemas and volumes that the bundle declares, by the names that its target gives them. Repeating it changes nothing.
 */
export async function provision(input: ProvisionInput): Promise<Provisioned> {
  const resources = input.bundle ? mapAt(input.bundle.config, 'resources') : undefined;
  const schemas = declared(resources, 'schemas');
  const volumes = declared(resources, 'volumes');
  const containers = await createContainers(input, [...schemas, ...volumes]);
  const unity = unityCatalog(input.environment);
  const catalogs = new Set([...schemas, ...volumes].flatMap((node) => textAt(node, 'catalog_name') ?? []));
  const made = { containers, catalogs: 0, schemas: 0, volumes: 0 };
  for (const name of catalogs) {
    made.catalogs += await unity('catalogs', name, () => catalogBody(input.environment, input.settings, name));
  }
  for (const node of schemas)
    made.schemas += await unity('schemas', fullName(node), async () => fields(node, schemaFields));
  for (const node of volumes) {
    // As the Databricks CLI deploys a volume that does not say.
    const body: Record<string, unknown> = { volume_type: 'MANAGED', ...fields(node, volumeFields) };
    // `${resources.schemas.bronze.name}` is known only now that the schemas have their names.
    const schema = schemaName(String(body['schema_name']), resources);
    const name = `${String(body['catalog_name'])}.${schema}.${String(body['name'])}`;
    made.volumes += await unity('volumes', name, async () => ({ ...body, schema_name: schema }));
  }
  return made;
}

const schemaFields = ['name', 'catalog_name', 'comment', 'storage_root', 'properties'];
const volumeFields = ['name', 'catalog_name', 'schema_name', 'volume_type', 'storage_location', 'comment'];

function declared(resources: ConfigMap | undefined, kind: string): readonly ConfigMap[] {
  const entries = resources ? [...(mapAt(resources, kind)?.entries.values() ?? [])] : [];
  return entries.flatMap(({ value }) => (value.kind === 'map' ? [value] : []));
}

function layerContainers(settings: MedallionSettings | undefined): readonly string[] {
  return Object.values(settings?.layers ?? {}).flatMap(({ container }) => container ?? []);
}

async function createContainers(input: ProvisionInput, nodes: readonly ConfigMap[]): Promise<number> {
  const urls = nodes.flatMap((node) => textAt(node, 'storage_root') ?? textAt(node, 'storage_location') ?? []);
  const ofResources = urls.filter((url) => url.startsWith('abfss://')).map((url) => parseLakeUrl(url).container);
  const names = new Set([...layerContainers(input.settings), ...ofResources, ...input.containers]);
  const storage = createStorageClient(input.environment);
  let created = 0;
  for (const name of names) created += (await storage.createContainer(name)) ? 1 : 0;
  return created;
}

/** A catalog's storage root is only the default of schemas without one of their own, and Unity Catalog asks for it. */
export async function catalogBody(
  environment: AzureEnvironment,
  settings: MedallionSettings | undefined,
  name: string,
): Promise<Record<string, unknown>> {
  const container = layerContainers(settings)[0] ?? 'lake';
  const storage = createStorageClient(environment);
  await storage.createContainer(container);
  return { name, storage_root: `abfss://${container}@${storage.accountName}.dfs.core.windows.net/` };
}

type Create = (kind: string, name: string, body: () => Promise<unknown>) => Promise<number>;

/** `create(kind, name, body)`: 1 where it was made, 0 where it was there, and `body` was not asked for. */
export function unityCatalog(environment: AzureEnvironment): Create {
  const client = createDatabricksClient(environment);
  return async (kind, name, body) => {
    try {
      await client.request('GET', `/api/2.1/unity-catalog/${kind}/${encodeURIComponent(name)}`);
      return 0;
    } catch (error) {
      if (serviceErrorCode(error)?.endsWith('_DOES_NOT_EXIST') !== true) throw error;
    }
    await client.request('POST', `/api/2.1/unity-catalog/${kind}`, { body: await body() });
    return 1;
  };
}

function fields(node: ConfigMap, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (textAt(node, name) === undefined ? [] : [[name, textAt(node, name)]])),
  );
}

const fullName = (node: ConfigMap): string => `${textAt(node, 'catalog_name') ?? ''}.${textAt(node, 'name') ?? ''}`;

function schemaName(written: string, resources: ConfigMap | undefined): string {
  const key = /^\$\{resources\.schemas\.([^.}]+)\.name\}$/.exec(written)?.[1];
  const node = key === undefined || !resources ? undefined : mapAt(resources, 'schemas', key);
  return (node ? textAt(node, 'name') : undefined) ?? written;
}
