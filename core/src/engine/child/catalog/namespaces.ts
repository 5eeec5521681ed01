import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import { javaDate, redacted } from './facts.ts';
import type { CatalogHost } from './host.ts';
import { matching, shown, type Shown } from './shown.ts';

type Command<K extends CatalogCommand['kind']> = Extract<CatalogCommand, { kind: K }>;

const INFO = 'info_name:string info_value:string';

export async function describeSchema(host: CatalogHost, command: Command<'describeSchema'>): Promise<Shown> {
  const name = host.schemaName(command.name.catalog, command.name.schema);
  const { comment, location, owner, properties } = await host.schema(name);
  const pairs = redacted(properties).map(([key, value]) => `(${key},${value})`);
  const facts: [string, string | undefined][] = [
    ['Catalog Name', name.catalog],
    ['Namespace Name', name.schema],
    ['Comment', comment],
    ['Location', location],
    ['Owner', owner],
    ['Properties', command.extended ? (pairs.length > 0 ? `(${pairs.join(', ')})` : '') : undefined],
  ];
  return shown(INFO, facts.filter(([, value]) => value !== undefined) as [string, string][]);
}

/** Databricks' own: Spark has no such statement. */
export async function describeCatalog(host: CatalogHost, command: Command<'describeCatalog'>): Promise<Shown> {
  const found = await host.catalog(command.catalog);
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : javaDate(at));
  const facts: [string, string | undefined][] = [
    ['Catalog Name', found.name],
    ['Comment', found.comment ?? ''],
    ['Owner', found.owner],
  ];
  const more: [string, string | undefined][] = [
    ['Catalog Type', 'Regular'],
    ['Created By', found.createdBy],
    ['Created At', time(found.createdAt)],
    ['Updated By', found.updatedBy],
    ['Updated At', time(found.updatedAt)],
  ];
  const all = [...facts, ...(command.extended ? more : [])];
  return shown(INFO, all.filter(([, value]) => value !== undefined) as [string, string][]);
}

export async function showSchemas(host: CatalogHost, command: Command<'showSchemas'>): Promise<Shown> {
  const catalog = command.catalog ?? host.schemaName(undefined, '').catalog;
  const names = matching(await host.schemas(catalog), command.pattern);
  return shown(
    'namespace:string',
    names.map((name) => [name]),
  );
}

export async function showCatalogs(host: CatalogHost, command: Command<'showCatalogs'>): Promise<Shown> {
  const names = matching(await host.catalogs(), command.pattern);
  return shown(
    'catalog:string',
    names.map((name) => [name]),
  );
}

export function showCurrent(host: CatalogHost): Promise<Shown> {
  const { catalog, schema } = host.schemaName(undefined, undefined);
  return Promise.resolve(shown('catalog:string namespace:string', [[catalog, schema]]));
}

export async function showTables(host: CatalogHost, command: Command<'showTables'>): Promise<Shown> {
  const name = host.schemaName(command.within?.catalog, command.within?.schema);
  const tables = matching(await host.relations(name), command.pattern).map((table) => [name.schema, table, false]);
  const views = matching(host.temporaryViews(), command.pattern).map((view) => ['', view, true]);
  return shown('namespace:string tableName:string isTemporary:boolean', [...tables, ...views]);
}
