import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import { ownProperties, redacted } from './facts.ts';
import type { CatalogHost } from './host.ts';
import { shown, type Shown } from './shown.ts';

/** SHOW TBLPROPERTIES: all, or one, of which it says where there is none. */
export async function showProperties(
  host: CatalogHost,
  { target, key }: Extract<CatalogCommand, { kind: 'showProperties' }>,
): Promise<Shown> {
  const relation = await host.relation(target);
  const options = [...(relation.options ?? [])].map(([name, value]): [string, string] => [`option.${name}`, value]);
  const properties = redacted(new Map([...ownProperties(relation), ...options]));
  const columns = 'key:string value:string';
  // A temporary view has none and says so of each.
  if (relation.temporary) return shown(columns, []);
  if (key === undefined) return shown(columns, properties);
  const found = properties.find(([name]) => name === key)?.[1];
  const name = [relation.catalog, relation.schema, relation.table].join('.');
  return shown(columns, [[key, found ?? `Table ${name} does not have property: ${key}`]]);
}
