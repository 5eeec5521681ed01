import { entriesAt, mapAt, mapValues, scalar, textAt, withEntry, type ConfigMap } from '../config-node.ts';

/** Where a resource names a catalog and schemas of it. */
const named: readonly (readonly [kind: string, catalog: string, schemas: readonly string[]])[] = [
  ['volumes', 'catalog_name', ['schema_name']],
  ['secrets', 'catalog_name', ['schema_name']],
  ['registered_models', 'catalog_name', ['schema_name']],
  ['pipelines', 'catalog', ['schema', 'target']],
  ['schemas', 'catalog_name', []],
];

/**
 * Resources in which a schema that the same bundle declares is named by its key: presets may give it another name, and whoever
 * stands in it waits for it. To be called while schemas have their own names.
 */
export function withSchemaReferences(resources: ConfigMap): ConfigMap {
  return changeNamed(resources, (resource, catalogKey, schemaKeys) =>
    schemaKeys.reduce((one, key) => {
      const declared = declaredSchema(resources, textAt(resource, catalogKey), textAt(one, key));
      return declared === undefined ? one : withName(one, key, `\${resources.schemas.${declared}.name}`);
    }, resource),
  );
}

/** The same for catalogs, whose names no preset changes. */
export function withCatalogReferences(resources: ConfigMap): ConfigMap {
  return changeNamed(resources, (resource, catalogKey) => {
    const name = textAt(resource, catalogKey) ?? '';
    const found = entriesAt(resources, 'catalogs').find(
      ([, { value }]) => name !== '' && textAt(value, 'name') === name,
    );
    return found ? withName(resource, catalogKey, `\${resources.catalogs.${found[0]}.name}`) : resource;
  });
}

function changeNamed(
  resources: ConfigMap,
  change: (resource: ConfigMap, catalogKey: string, schemaKeys: readonly string[]) => ConfigMap,
): ConfigMap {
  return named.reduce((result, [kind, catalogKey, schemaKeys]) => {
    const group = mapAt(result, kind);
    if (!group) return result;
    const changed = mapValues(group, (one) => (one.kind === 'map' ? change(one, catalogKey, schemaKeys) : one));
    return withEntry(result, kind, changed);
  }, resources);
}

function declaredSchema(resources: ConfigMap, catalog = '', name = ''): string | undefined {
  if (catalog === '' || name === '') return undefined;
  const found = entriesAt(resources, 'schemas').find(
    ([, { value }]) => textAt(value, 'catalog_name') === catalog && textAt(value, 'name') === name,
  );
  return found?.[0];
}

function withName(resource: ConfigMap, key: string, text: string): ConfigMap {
  const node = resource.entries.get(key)?.value;
  return node ? withEntry(resource, key, scalar(text, node.range)) : resource;
}
