import type { DuckDBConnection } from '@duckdb/node-api';
import type { Program } from '@medallion/core/engine/child/program/program.ts';
import { describedColumn } from '@medallion/core/engine/child/statements/described-columns.ts';
import type { CompiledStatement } from '@medallion/core/sql/contract.ts';
import { fromDuckdbType, quoteName, toStoredType } from '@medallion/core/sql/types/duckdb-type.ts';
import type { Binder, Bound } from './binder.ts';
import type { DescribedColumn, Kept } from './described-tables.ts';
import type { ScratchCatalog } from './scratch-catalog.ts';
import { arity, notRun, unknownTable } from './session-errors.ts';
import { declaredSparkType, limited, sparkType, storedAs } from './table-types.ts';
import { alterView, createPermanentView, createTemporaryView } from './view-changes.ts';

export type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** Where a statement changes something. */
export interface Place {
  readonly connection: DuckDBConnection;
  readonly catalog: ScratchCatalog;
  readonly binder: Binder;
  readonly program: Program;
  /** The format that a statement's text names. */
  readonly provider: string | undefined;
}

type Change<K extends CompiledStatement['kind']> = (place: Place, statement: Statement<K>) => Promise<void> | void;

/** What the judge does for each kind of statement that changes its tables and views. */
const CHANGES: { readonly [K in CompiledStatement['kind']]?: Change<K> } = {
  createTemporaryView,
  createView: createPermanentView,
  alterView,
  rename: ({ catalog }, statement) => catalog.rename(statement),
  createTableAs,
  createTable,
  insert,
  dropTable: ({ catalog }, statement) => catalog.drop(statement),
  dropSchema: ({ catalog }, statement) => catalog.dropSchema(statement),
  alterTable: ({ connection, catalog }, { target, change }) =>
    catalog.described.alter(connection, catalog.key(target), catalog.table(target), change),
  truncate: async ({ connection, catalog }, { target }) => {
    await connection.run(`DELETE FROM main.${catalog.table(target)}`);
    catalog.trustRows(target.table);
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

async function createTableAs(place: Place, statement: Statement<'createTableAs'>): Promise<void> {
  const { catalog, binder } = place;
  const key = catalog.key(statement.target);
  if (catalog.keeps(key, statement.mode)) return;
  const { sql, columns } = await binder.planned(statement.query);
  const ordered = partitionsLast(columns.map(keptColumn), statement.partitionedBy);
  const names = ordered.map(({ name }) => quoteName(name)).join(', ');
  await storeTable(place, key, statement.partitionedBy.length > 0 ? `SELECT ${names} FROM (${sql})` : sql);
  catalog.described.set(key, keptTable(place, statement, ordered));
  catalog.trust(statement.target.table);
}

/** A table of the catalog with the rows of a query in DuckDB's text. */
export async function storeTable(
  { connection, catalog }: Pick<Place, 'connection' | 'catalog'>,
  key: string,
  select: string,
): Promise<void> {
  const table = catalog.newTable();
  await connection.run(`CREATE TABLE main.${table} AS ${select}`);
  catalog.tables.set(key, table);
}

async function createTable(place: Place, statement: Statement<'createTable'>): Promise<void> {
  const { connection, catalog } = place;
  const key = catalog.key(statement.target);
  if (catalog.keeps(key, statement.mode)) return;
  const ordered = partitionsLast(statement.columns, statement.partitionedBy);
  const columns = ordered.map(
    ({ name, typeText, nullable }) =>
      `${quoteName(name)} ${toStoredType(sparkType(typeText))}${nullable ? '' : ' NOT NULL'}`,
  );
  const table = catalog.newTable();
  await connection.run(`CREATE TABLE main.${table} (${columns.join(', ')})`);
  catalog.tables.set(key, table);
  catalog.described.set(key, keptTable(place, statement, ordered));
  catalog.trust(statement.target.table);
}

/** A query's column as a table made from it keeps it. */
function keptColumn(column: Bound['columns'][number]): DescribedColumn {
  return { ...describedColumn(column), typeText: column.notes?.declared ?? column.typeText };
}

/** Spark puts the columns of partitions last. */
function partitionsLast<T extends { readonly name: string }>(
  columns: readonly T[],
  partitionedBy: readonly string[],
): readonly T[] {
  const named = partitionedBy.map((name) => name.toLowerCase());
  const at = (column: T): number => named.indexOf(column.name.toLowerCase());
  const last = columns.filter((column) => at(column) >= 0).sort((a, b) => at(a) - at(b));
  return [...columns.filter((column) => at(column) < 0), ...last];
}

function keptTable(
  { provider = 'parquet' }: Place,
  { comment, properties, partitionedBy }: Statement<'createTable' | 'createTableAs'>,
  columns: Kept['columns'],
): Kept {
  const partitionColumns = partitionedBy.map(
    (wanted) => columns.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.name ?? wanted,
  );
  const told = comment === undefined ? {} : { comment };
  // Spark's tables of files take every value for one that may be missing.
  const kept = columns.map((column) => ({ ...column, nullable: true }));
  return { type: 'MANAGED', columns: kept, partitionColumns, provider, properties, location: 'judge', ...told };
}

async function insert({ connection, catalog, binder }: Place, statement: Statement<'insert'>): Promise<void> {
  const table = catalog.tables.get(catalog.key(statement.target));
  if (table === undefined) throw unknownTable(statement.target.table);
  const { sql, columns } = await binder.planned(statement.query);
  if (statement.byName) throw notRun('INSERT ... BY NAME');
  const targets = await binder.columns(`main.${table}`);
  const named = statement.columns ?? targets.map(({ name }) => name);
  const kept = catalog.described.of(catalog.key(statement.target));
  const stored = columns.map(({ typeText }, at) => {
    const target = targets.find(({ name }) => name.toLowerCase() === named[at]?.toLowerCase());
    const stored = storedAs(`c${at}`, sparkType(typeText), target && fromDuckdbType(target.duckdbType));
    const declared = kept?.columns.find(({ name }) => name.toLowerCase() === named[at]?.toLowerCase())?.typeText;
    return declared === undefined ? stored : limited(stored, declaredSparkType(declared));
  });
  if (stored.length !== named.length) throw arity(stored.length, named.length);
  const into = named.map(quoteName).join(', ');
  const aliases = columns.map((_, at) => `c${at}`).join(', ');
  if (statement.mode === 'overwrite') await connection.run(`DELETE FROM main.${table}`);
  await connection.run(
    `INSERT INTO main.${table} (${into}) SELECT ${stored.join(', ')} FROM (${sql}) AS s(${aliases})`,
  );
}
