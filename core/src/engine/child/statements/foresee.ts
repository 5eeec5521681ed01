import { feedColumns } from '../../../delta/change-feed.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { tableKey, type TableName } from '../../../lake/names.ts';
import type {
  BoundQuery,
  CompiledQuery,
  CompiledStatement,
  LakeRelation,
  RelationColumn,
} from '../../../sql/contract.ts';
import { changesCatalog } from '../../../sql/catalog-command.ts';
import type { Run } from '../context.ts';
import { completeName } from '../names.ts';
import { guarded } from '../relations/policies.ts';
import { viewNamed, withinView, withTypes } from '../relations/bind.ts';
import { catalogViewQuery, withinCatalogView } from '../relations/catalog-view.ts';
import { keptQuery } from '../relations/view-query.ts';
import { filesColumns } from '../relations/files.ts';
import { checkServers, hubColumns } from '../relations/hubs.ts';
import { checkFormat, pinned, readVersion } from '../relations/table.ts';
import { schemaOf } from '../staging.ts';

/** A script's statements before any of them has run: what their names will mean, as far as it is known already. */
export interface Foresight {
  /** Names and temporary views as they will be; its session holds nothing but empty relations. */
  readonly run: Run;
  /** For files that only the checks need. */
  readonly folder: string;
  /** Tables by `tableKey` that earlier statements make, replace or drop; `unknown`: only their run will tell. */
  readonly tables: Map<string, DeltaStruct | 'unknown'>;
}

/** The rows that a statement itself gives its queries. */
export type LocalColumns = { readonly [K in 'target' | 'source']?: readonly RelationColumn[] };

/** What a query gives, and how DuckDB calls its columns' types. */
export interface Foreseen {
  readonly bound: BoundQuery;
  readonly columns: readonly RelationColumn[];
}

/**
 * Binds a query to empty relations with the columns that its relations will have; undefined where one of them is not known yet.
 * Rejects as binding the query at its statement would: with the resolver's, the dialect's and DuckDB's refusals.
 */
export async function foreseeQuery(
  foresight: Foresight,
  query: CompiledQuery,
  locals: LocalColumns = {},
): Promise<Foreseen | undefined> {
  const { session } = foresight.run;
  const known = new Map<string, readonly RelationColumn[]>();
  const scope = await session.createScope();
  for (const relation of query.relations) {
    const columns =
      relation.kind === 'local' ? locals[relation.relation] : await foreseeRelation(foresight, scope, relation);
    if (!columns) return undefined;
    known.set(relation.placeholder, columns);
    const empty = columns.map(({ name, duckdbType }) => `CAST(NULL AS ${duckdbType}) AS ${quoteIdentifier(name)}`);
    const view = session.qualified(scope, relation.placeholder);
    await session.run(`CREATE VIEW ${view} AS SELECT ${empty.join(', ')} WHERE false`);
  }
  const bound = query.bind((placeholder) => known.get(placeholder) ?? []);
  await session.enter(scope);
  return { bound, columns: await session.describe(`(${bound.duckdbSql})`) };
}

async function foreseeRelation(
  foresight: Foresight,
  scope: string,
  relation: Exclude<LakeRelation, { kind: 'local' }>,
): Promise<readonly RelationColumn[] | undefined> {
  const { run, folder } = foresight;
  if (relation.kind === 'files') {
    const inputs = { reads: [], readFiles: [], readPaths: [] };
    return await filesColumns({ run, scope, folder, inputs, own: undefined }, relation);
  }
  if (relation.kind === 'hubs') {
    checkServers(run.context.environment, relation);
    return hubColumns;
  }
  const view = viewNamed(run, relation);
  if (view) {
    const query = keptQuery(view.query, view.keeps);
    const foreseen = await foreseeQuery({ ...foresight, run: withinView(run, view) }, query);
    return foreseen && withTypes(foreseen.columns, foreseen.bound.columns);
  }
  const name = completeName(run, relation.table);
  const named = foresight.tables.has(tableKey(name)) ? undefined : await run.context.resolver.relation(name);
  const found = named && guarded(run, named);
  if (found?.type === 'VIEW') {
    const inside = { ...foresight, run: withinCatalogView(run, found) };
    const foreseen = await foreseeQuery(inside, await catalogViewQuery(run, found));
    return foreseen && withTypes(foreseen.columns, foreseen.bound.columns);
  }
  const pin = await pinned(run, relation);
  const schema = await foreseeTable(foresight, name, pin);
  const added = relation.changes ? feedColumns : [];
  return schema && [...schema.fields, ...added].map(({ name, type }) => ({ name, duckdbType: deltaToDuckdb(type) }));
}

/**
 * A table's columns at the statement; undefined where they are not known yet. Rejects with `catalog.table-not-found` for a table
 * that neither is there nor is made by an earlier statement.
 */
export async function foreseeTable(
  { run, tables }: Foresight,
  name: TableName,
  pin: Awaited<ReturnType<typeof pinned>> = {},
): Promise<DeltaStruct | undefined> {
  const made = tables.get(tableKey(name));
  // Of a table that this script changes, only its run tells which version a number or a time means.
  if (made) return made === 'unknown' || Object.keys(pin).length > 0 ? undefined : made;
  const table = await run.context.resolver.table(name);
  checkFormat(table);
  const { schema } = await readVersion(run, table.location, pin);
  if (Object.keys(pin).length === 0) tables.set(tableKey(name), schema);
  return schema;
}

/** The columns that a table made from a query will have. @param hidden columns of the query that the table does not get. */
export function foreseenSchema(query: Foreseen | undefined, hidden: readonly string[] = []): DeltaStruct | 'unknown' {
  if (!query) return 'unknown';
  const columns = query.bound.columns.filter(({ name }) => !hidden.includes(name));
  return schemaOf({ columns });
}

/** True where a statement changes the lake, so that what follows it must have been checked before. */
export function hasEffect(statement: CompiledStatement): boolean {
  switch (statement.kind) {
    case 'useCatalog':
    case 'useSchema':
    case 'query':
    case 'describe':
    case 'describeQuery':
    case 'showColumns':
    case 'showViews':
    case 'set':
    case 'createTemporaryView':
    case 'declareVariable':
    case 'setVariables':
    case 'dropVariable':
      return false;
    case 'catalog':
      return changesCatalog(statement.command);
    case 'late':
      return hasEffect(statement.ahead);
    case 'createFunction':
    case 'dropFunction':
      return !statement.temporary;
    case 'executeImmediate':
    case 'compound':
    case 'createTableAs':
    case 'createTable':
    case 'createView':
    case 'alterView':
    case 'rename':
    case 'createMaterializedView':
    case 'createStreamingTable':
    case 'insert':
    case 'alterTable':
    case 'copyInto':
    case 'optimize':
    case 'vacuum':
    case 'truncate':
    case 'restore':
    case 'merge':
    case 'update':
    case 'delete':
    case 'createSchema':
    case 'dropSchema':
    case 'dropTable':
      return true;
  }
}
