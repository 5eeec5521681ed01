import { unityTarget } from './unity-object.ts';

export const volumeTarget = unityTarget({
  kind: 'databricks/volume',
  collection: 'volumes',
  fields: ['name', 'catalog_name', 'schema_name', 'volume_type', 'storage_location', 'comment'],
  defaults: { volume_type: 'MANAGED' },
  changeable: ['comment'],
  nameFields: ['catalog_name', 'schema_name', 'name'],
});
