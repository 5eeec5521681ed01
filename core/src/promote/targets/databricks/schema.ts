import { unityTarget } from './unity-object.ts';

export const schemaTarget = unityTarget({
  kind: 'databricks/schema',
  collection: 'schemas',
  fields: ['name', 'catalog_name', 'comment', 'storage_root', 'properties'],
  changeable: ['comment', 'properties'],
  nameFields: ['catalog_name', 'name'],
});
