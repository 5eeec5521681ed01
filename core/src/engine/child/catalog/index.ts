import { ExpectedError } from '../../../base/expected-error.ts';
import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import { describeRelation } from './describe-relation.ts';
import { grant, showGrants } from './grants.ts';
import type { CatalogHost } from './host.ts';
import { describeCatalog, describeSchema, showCatalogs, showCurrent, showSchemas, showTables } from './namespaces.ts';
import { showProperties } from './properties.ts';
import { showCreate } from './show-create.ts';
import { showPartitions } from './show-partitions.ts';
import { showTableExtended } from './show-table-extended.ts';
import type { Shown } from './shown.ts';

type Kind = CatalogCommand['kind'];
type Run<K extends Kind> = (
  host: CatalogHost,
  command: Extract<CatalogCommand, { kind: K }>,
) => Promise<Shown | undefined>;

/** What each statement about the catalog shows or does. */
const commands: { readonly [K in Kind]: Run<K> } = {
  describeRelation,
  describeSchema,
  describeCatalog,
  describeFunction: () => Promise.reject(notEmulated('DESCRIBE FUNCTION')),
  showTables,
  showTableExtended,
  showSchemas,
  showCatalogs,
  showCurrent,
  showProperties,
  showCreate,
  showPartitions,
  comment: async (host, { on, text }) => {
    await host.comment(on, text);
    return undefined;
  },
  alterSchema: async (host, { name, change }) => {
    await host.alterSchema(host.schemaName(name.catalog, name.schema), change);
    return undefined;
  },
  analyze: async (host, command) => {
    const { columns, table } = await host.relation(command.target);
    const there = columns.map(({ name }) => name.toLowerCase());
    const asked = command.columns === 'all' ? [] : command.columns;
    const missing = asked.find((name) => !there.includes(name.toLowerCase()));
    if (missing !== undefined) throw noColumn(table, missing);
    await host.analyze(command);
    return undefined;
  },
  expectRelation: async (host, { target }) => {
    await host.relation(target);
    return undefined;
  },
  expectFunction: async (host, { name }) => {
    if (!(await host.routine(name))) throw noFunction(name);
    return undefined;
  },
  grant,
  showGrants,
  tags: async (host, { on, column, set, unset }) => {
    if (column !== undefined && on.type === 'TABLE') {
      const { columns, table } = await host.relation(on.target);
      if (!columns.some(({ name }) => name.toLowerCase() === column.toLowerCase())) throw noColumn(table, column);
    }
    await host.changeTags(on, column?.toLowerCase(), { set, unset });
    return undefined;
  },
  addKey: async (host, { target, key }) => {
    await host.addKey(target, key);
    return undefined;
  },
  dropPrimaryKey: async (host, { target, ifExists }) => {
    await host.dropPrimaryKey(target, ifExists);
    return undefined;
  },
  createCatalog: async (host, { name, ...creation }) => {
    await host.createCatalog(name, creation);
    return undefined;
  },
  createVolume: async (host, { target, ...creation }) => {
    await host.createVolume(target, creation);
    return undefined;
  },
  dropVolume: async (host, { target, ifExists }) => {
    await host.dropVolume(target, ifExists);
    return undefined;
  },
  rowFilter: async (host, { target, filter }) => {
    const { columns, table } = await host.relation(target);
    requireColumns(table, columns, filter?.columns ?? []);
    await host.setRowFilter(target, filter);
    return undefined;
  },
  mask: async (host, { target, column, mask }) => {
    const { columns, table } = await host.relation(target);
    requireColumns(table, columns, [column, ...(mask?.columns ?? [])]);
    await host.setMask(target, column, mask);
    return undefined;
  },
  nothing: () => Promise.resolve(undefined),
};

function requireColumns(table: string, columns: readonly { readonly name: string }[], names: readonly string[]): void {
  const there = columns.map(({ name }) => name.toLowerCase());
  const missing = names.find((name) => !there.includes(name.toLowerCase()));
  if (missing !== undefined) throw noColumn(table, missing);
}

/** Calls the entry of the command's kind; the table's type ties the two together, which TypeScript cannot see through. */
export async function runCatalogCommand(host: CatalogHost, command: CatalogCommand): Promise<Shown | undefined> {
  return await (commands[command.kind] as Run<Kind>)(host, command);
}

function notEmulated(what: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.not-emulated',
    message: `${what} is not emulated locally.`,
    nextStep: 'Leave it out.',
  });
}

function noColumn(table: string, column: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.no-such-column',
    message: `${table} has no column ${column}.`,
    nextStep: 'Correct the name.',
  });
}

function noFunction(name: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'sql.function-not-found',
    message: `There is no function ${name.join('.')}.`,
    nextStep: 'Correct the name, or create it first.',
  });
}
