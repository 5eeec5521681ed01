import { createDatabricksClient } from '../azure/databricks.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { createStorageClient } from '../azure/storage.ts';
import { mapAt, textAt } from '../project/config-node.ts';
import type { LoadedProject } from '../project/loaded-project.ts';
import type { LakeLayer } from './nodes.ts';
import { createResolver, type CachingResolver } from './resolver.ts';
import { createLakeTree, type LakeTree } from './tree.ts';

/** The layers of medallion.yaml in their order; bronze, silver and gold where it says nothing. */
export function layersOf({ project }: LoadedProject): readonly LakeLayer[] {
  const layers = Object.entries(project.settings?.layers ?? {});
  if (layers.length === 0) return ['bronze', 'silver', 'gold'].map((name) => ({ name, container: name, schema: name }));
  return layers.flatMap(([name, { container, schema }]) =>
    container === undefined ? [] : [{ name, container, ...(schema === undefined ? {} : { schema }) }],
  );
}

/** The catalog that the bundle's schemas live in, in this environment; undefined where it declares none. */
export function catalogOf({ bundle }: LoadedProject): string | undefined {
  const schemas = bundle ? mapAt(bundle.config, 'resources', 'schemas') : undefined;
  const names = [...(schemas?.entries.values() ?? [])].flatMap(({ value }) => textAt(value, 'catalog_name') ?? []);
  return names[0];
}

export function resolverFor(environment: AzureEnvironment): CachingResolver {
  return createResolver(createDatabricksClient(environment));
}

export function lakeTreeFor(environment: AzureEnvironment, loaded: LoadedProject): LakeTree {
  const catalog = catalogOf(loaded);
  return createLakeTree({
    environment: environment.name,
    storage: createStorageClient(environment),
    layers: layersOf(loaded),
    ...(catalog === undefined ? {} : { catalog: { name: catalog, resolver: resolverFor(environment) } }),
  });
}
