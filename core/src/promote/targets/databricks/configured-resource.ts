import { at, toPlain, type ConfigMap, type PlainValue } from '../../../project/config-node.ts';
import { resolveResources } from '../../resource-references.ts';

/**
 * What `resources.<kind>.<key>.<field>` stands for, where the configuration says it: a schema's name as it is deployed, a
 * volume's path. Undefined for what only the service knows: a job's id.
 */
export function configuredResource(config: ConfigMap, path: string, depth = 0): PlainValue | undefined {
  const [, kind = '', key = '', ...field] = path.split('.');
  const text = (name: string): string => {
    const value = configuredResource(config, `resources.${kind}.${key}.${name}`, depth + 1);
    return typeof value === 'string' ? value : '';
  };
  const derived = `${kind}.${field.join('.')}`;
  if (derived === 'schemas.id') return `${text('catalog_name')}.${text('name')}`;
  if (derived === 'volumes.id') return `${text('catalog_name')}.${text('schema_name')}.${text('name')}`;
  if (derived === 'volumes.volume_path')
    return `/Volumes/${text('catalog_name')}/${text('schema_name')}/${text('name')}`;
  const node = at(config, ...path.split('.'));
  if (!node || depth > 5) return undefined;
  const resolved = resolveResources({ value: toPlain(node) }, (inner) => configuredResource(config, inner, depth + 1));
  return resolved['value'];
}
