import type { DuckDBConnection } from '@duckdb/node-api';
import type { CompiledStatement } from '@medallion/core/sql/contract.ts';
import { fromDuckdbType, quoteName, toStoredType } from '@medallion/core/sql/types/duckdb-type.ts';
import type { Binder } from './binder.ts';
import type { ScratchCatalog } from './scratch-catalog.ts';
import { arity, notRun, unknownTable } from './session-errors.ts';
import { sparkType, storedAs } from './table-types.ts';
import { createPermanentView, createTemporaryView } from './view-changes.ts';

export type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** Where a statement changes something. */
export interface Place {
  readonly connection: DuckDBConnection;
  readonly catalog: ScratchCatalog;
  readonly binder: Binder;
}

type Change<K extends CompiledStatement['kind']> = (place: Place, statement: Statement<K>) => Promise<void> | void;

/** What the judge does for each kind of statement that changes its tables and views. */
const CHANGES: { readonly [K in CompiledStatement['kind']]?: Change<K> } = {
  createTemporaryView,
  createView: createPermanentView,
  createTableAs,
  createTable,
  insert,
  dropTable: ({ catalog }, statement) => catalog.drop(statement),
  dropSchema: ({ catalog }, statement) => catalog.dropSchema(statement),
  alterTable: ({ connection, catalog }, { target, change }) =>
    catalog.described.alter(connection, catalog.key(target), catalog.table(target), change),
  truncate: async ({ connection, catalog }, { target }) => {
    await connection.run(`DELETE FROM main.${catalog.table(target)}`);
  },
  useSchema: ({ catalog }, statement) => catalog.use(statement),
  createSchema: ({ catalog }, statement) => catalog.createSchema(statement),
  update: ({ catalog }, { target }) => catalog.refuseChange(target),
  delete: ({ catalog }, { target }) => catalog.refuseChange(target),
};

/** @throws ExpectedError for a kind that the judge does not run. */
export async function change(place: Place, statement: CompiledStatement): Promise<void> {
  const run = CHANGES[statement.kind] as Change<CompiledStatement['kind']> | undefined;
  if (!run) throw notRun(statement.kind);
  await run(place, statement);
}

async function createTableAs(
  { connection, catalog, binder }: Place,
  statement: Statement<'createTableAs'>,
): Promise<void> {
  const key = catalog.key(statement.target);
  if (catalog.keeps(key, statement.mode)) return;
  const { sql, columns } = await binder.bind(statement.query);
  await storeTable({ connection, catalog }, key, sql);
  catalog.describe(key, columns, statement.partitionedBy);
  catalog.trust(statement.target.table);
}

/** A table of the catalog with the rows of a query in DuckDB's text. */
export async function storeTable(
  { connection, catalog }: Omit<Place, 'binder'>,
  key: string,
  select: string,
): Promise<void> {
  const table = catalog.newTable();
  await connection.run(`CREATE TABLE main.${table} AS ${select}`);
  catalog.tables.set(key, table);
}

async function createTable({ connection, catalog }: Place, statement: Statement<'createTable'>): Promise<void> {
  const key = catalog.key(statement.target);
  if (catalog.keeps(key, statement.mode)) return;
  const columns = statement.columns.map(
    ({ name, typeText, nullable }) =>
      `${quoteName(name)} ${toStoredType(sparkType(typeText))}${nullable ? '' : ' NOT NULL'}`,
  );
  const table = catalog.newTable();
  await connection.run(`CREATE TABLE main.${table} (${columns.join(', ')})`);
  catalog.tables.set(key, table);
  catalog.describe(key, statement.columns, statement.partitionedBy);
  catalog.trust(statement.target.table);
}

async function insert({ connection, catalog, binder }: Place, statement: Statement<'insert'>): Promise<void> {
  const table = catalog.tables.get(catalog.key(statement.target));
  if (table === undefined) throw unknownTable(statement.target.table);
  const { sql, columns } = await binder.bind(statement.query);
  if (statement.byName) throw notRun('INSERT ... BY NAME');
  const targets = await binder.columns(`main.${table}`);
  const named = statement.columns ?? targets.map(({ name }) => name);
  const stored = columns.map(({ typeText }, at) => {
    const target = targets.find(({ name }) => name.toLowerCase() === named[at]?.toLowerCase());
    return storedAs(`c${at}`, sparkType(typeText), target && fromDuckdbType(target.duckdbType));
  });
  if (stored.length !== named.length) throw arity(stored.length, named.length);
  const into = named.map(quoteName).join(', ');
  const aliases = columns.map((_, at) => `c${at}`).join(', ');
  if (statement.mode === 'overwrite') await connection.run(`DELETE FROM main.${table}`);
  await connection.run(
    `INSERT INTO main.${table} (${into}) SELECT ${stored.join(', ')} FROM (${sql}) AS s(${aliases})`,
  );
}
