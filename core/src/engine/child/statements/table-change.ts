import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddFile, Snapshot } from '../../../delta/actions.ts';
import { changeType } from '../../../delta/change-feed.ts';
import { mappedSchema } from '../../../delta/column-mapping.ts';
import { type ColumnRules, withHighWaterMarks } from '../../../delta/column-rules.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import { relativePath } from '../../../delta/file-path.ts';
import { fileSkipping } from '../../../delta/skipping.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { type DeltaStruct, field } from '../../../delta/schema.ts';
import { writeRequirements, type WriteRequirements } from '../../../delta/write-requirements.ts';
import { type Operation, writeTable } from '../../../delta/write.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { CompiledQuery, TableReference } from '../../../sql/contract.ts';
import type { StatementOutcome } from '../../contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import type { BindOwn, BoundRelations } from '../relations/bind.ts';
import { plannedQuery } from '../relations/planned-query.ts';
import { refusePadded } from '../relations/declared-columns.ts';
import { resolvedFilters } from '../relations/scan-filters.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, type StagedFile, type StagedRows, writeDataFiles } from '../staging.ts';
import { assignments } from './assignment.ts';
import { completedRows, generatedDemands, type Marks, needsValues } from './column-values.ts';
import { columnInfos, sizes } from './create-table.ts';
import { evolvedRows } from './evolved-rows.ts';
import { checkRequirements } from './requirements.ts';
import { requireUnguarded } from '../relations/policies.ts';
import { writableTable } from './writable-table.ts';

/** A table that a statement changes by copying the files whose rows it changes, and leaving the others alone. */
export interface TableChange {
  readonly run: Run;
  readonly table: ResolvedTable;
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly requirements: WriteRequirements;
  /** The columns after the change: the table's, and those that the rows bring. */
  readonly schema: DeltaStruct;
  readonly evolves: boolean;
  /** Where the change's own tables live. */
  readonly scope: string;
  readonly folder: string;
  /** The table's rows with `__target_file` and `__target_row`: a view of the session. */
  readonly target: string;
  /** Rows that the change writes: a table of the session with the columns of `schema`. */
  readonly staged: string;
  /** By their paths on disk, which `__target_file` says: those that may hold rows which matter. */
  readonly files: ReadonlyMap<string, AddFile>;
  /** Whether a file of these partitions could have held such rows. */
  readonly couldMatter: (file: Pick<AddFile, 'partitionValues'>) => boolean;
  /** The numbers that identity columns were given so far. */
  readonly marks: Marks;
  /** Where the change notes its rows for the table's change data feed: a table with the columns of `schema` and `_change_type`. */
  readonly feed: string | undefined;
}

export interface ChangeOptions {
  /** Schema evolution: the schema that the rows make of the table's; nested fields that they lack are NULL. */
  readonly grow?: ((schema: DeltaStruct) => DeltaStruct) | undefined;
  /** The query over the target that finds the rows which matter to the statement; absent: all do. */
  readonly matters?: (schema: DeltaStruct, rules: ColumnRules) => CompiledQuery | undefined;
}

/** Pins the table's version and lays it out for a change. Rejects as the resolver and the Delta log do. */
export async function openChange(
  run: Run,
  target: TableReference,
  folder: string,
  { grow, matters }: ChangeOptions = {},
): Promise<TableChange> {
  const table = await writableTable(run, completeName(run, target));
  requireUnguarded(table, 'A change of rows of');
  const snapshot = await readVersion(run, table.location);
  const requirements = writeRequirements(snapshot);
  refusePadded(nameText(table.name), snapshot.schema);
  const schema = mappedSchema(grow?.(snapshot.schema) ?? snapshot.schema, snapshot.metadata.configuration);
  const scope = await run.session.createScope();
  const files = new Map<string, AddFile>();
  const byPath = new Map(snapshot.files.map((file) => [relativePath(snapshot.location, file.path), file]));
  const onDisk = (path: string, local: string): void => {
    const file = byPath.get(path);
    if (file) files.set(local, file);
  };
  const filters = await resolvedFilters(run, snapshot, targetFilters(matters?.(schema, requirements)));
  const keep = fileSkipping(snapshot, filters);
  const couldMatter = fileSkipping(snapshot, filters, 'partitions');
  const sql = await tableScan(run.context, table.location, snapshot, run.signal, { rowIdentity: true, onDisk, keep });
  const name = nameText(table.name);
  const change = {
    run,
    table,
    name,
    snapshot,
    requirements,
    schema,
    evolves: grow !== undefined,
    scope,
    folder,
    files,
    couldMatter,
    marks: new Map<string, bigint>(),
  };
  const view = run.session.qualified(scope, '__target');
  await run.session.run(`CREATE VIEW ${view} AS ${evolvedRows(sql, snapshot.schema, schema)}`);
  const staged = run.session.qualified(scope, '__staged');
  const columns = schema.fields.map(({ name, type }) => `${quoteIdentifier(name)} ${deltaToDuckdb(type)}`);
  await run.session.run(`CREATE TABLE ${staged} (${columns.join(', ')})`);
  const feeds = snapshot.metadata.configuration['delta.enableChangeDataFeed'] === 'true';
  const feed = feeds ? run.session.qualified(scope, '__feed') : undefined;
  if (feed) await run.session.run(`CREATE TABLE ${feed} (${columns.join(', ')}, ${changeType} VARCHAR)`);
  return { ...change, target: view, staged, feed };
}

/** Notes rows of the target, as they were, for the change data feed. @param rows with `__target_file` and `__target_row`. */
export async function noteOldRows(
  { run, feed, target, schema }: TableChange,
  rows: string,
  type: 'delete' | 'update_preimage',
): Promise<void> {
  if (!feed) return;
  const names = schema.fields.map(({ name }) => `t.${quoteIdentifier(name)}`).join(', ');
  const same = 't.__target_file = c.__target_file AND t.__target_row = c.__target_row';
  await run.session.run(
    `INSERT INTO ${feed} SELECT ${names}, '${type}' FROM ${target} AS t SEMI JOIN (${rows}) AS c ON ${same}`,
  );
}

function targetFilters(query: CompiledQuery | undefined): Parameters<typeof resolvedFilters>[2] {
  const target = query?.relations.find((relation) => relation.kind === 'local' && relation.relation === 'target');
  return target?.kind === 'local' ? target.filters : undefined;
}

/** Binds a query whose `target` and `source` are relations of the session. */
export async function bindLocal(
  { run, folder }: Pick<TableChange, 'run' | 'folder'>,
  query: CompiledQuery,
  relations: { readonly target?: string; readonly source?: string },
): Promise<BoundRelations> {
  const own: BindOwn = async (binding, relation) => {
    if (relation.kind !== 'local') return false;
    const rows = relations[relation.relation];
    if (rows === undefined) throw new Error(`the statement gives no rows for ${relation.relation}`);
    const view = run.session.qualified(binding.scope, relation.placeholder);
    await run.session.run(`CREATE VIEW ${view} AS SELECT * FROM ${rows}`);
    return true;
  };
  return await plannedQuery(run, query, folder, own);
}

/** Runs a bound query into a table of the session. */
export async function keepRows({ run, scope }: TableChange, name: string, bound: BoundRelations): Promise<string> {
  const table = run.session.qualified(scope, name);
  await run.session.enter(bound.scope);
  await run.session.run(`CREATE TABLE ${table} AS SELECT * FROM (${bound.sql}) AS q(${columnNames(bound)})`);
  return table;
}

/** What the change data feed says of rows that come. */
type NewRows = 'insert' | 'update_postimage';

/**
 * Adds a query's rows to those that are written, cast as Delta casts them. Resolves to their number.
 * @param columns those that the query gives; what it leaves out follows the table's rules.
 * @param computed columns whose values follow from the others' although the query gives them.
 */
export async function stageChanged(
  change: TableChange,
  bound: BoundRelations,
  type: NewRows,
  columns: readonly string[] = change.schema.fields.map(({ name }) => name),
  computed: ReadonlySet<string> = new Set(),
): Promise<number> {
  const { run, schema, name, evolves } = change;
  const values = new Map(bound.columns.map((column) => [column.name.toLowerCase(), column]));
  const wanted = new Set(columns.map((column) => column.toLowerCase()));
  const select = assignments(
    run,
    name,
    schema.fields,
    (field) => {
      const key = field.name.toLowerCase();
      return wanted.has(key) ? values.get(key) : undefined;
    },
    evolves ? 'byNameOrNull' : 'byName',
  );
  const missing = schema.fields.filter((field) => !wanted.has(field.name.toLowerCase())).map((field) => field.name);
  return await stageValues(change, bound, select, new Set([...missing, ...computed]), type);
}

/** The generated columns that an update recomputes: those that it does not set itself. */
export function recomputed({ requirements }: TableChange, assigned: readonly string[]): ReadonlySet<string> {
  const names = new Set(assigned.map((name) => name.toLowerCase()));
  return new Set(
    requirements.generated.map(({ column }) => column).filter((column) => !names.has(column.toLowerCase())),
  );
}

/** As `stageChanged`, with one expression over `q`, the query's result, for each column. */
export async function stageValues(
  change: TableChange,
  bound: BoundRelations,
  select: readonly string[],
  missing: ReadonlySet<string>,
  type: NewRows,
): Promise<number> {
  const { run, staged, schema, requirements, marks, feed } = change;
  const { session } = run;
  await session.enter(bound.scope);
  const sql = `SELECT ${select.join(', ')} FROM (${bound.sql}) AS q(${columnNames(bound)})`;
  const incomplete = needsValues(requirements, missing);
  if (!incomplete && !feed) return Number((await session.read(`INSERT INTO ${staged} ${sql}`)).value(0, 0));
  // Rows that are used twice are computed once.
  const table = session.qualified(bound.scope, '__given');
  const columns = schema.fields.map(({ name }) => quoteIdentifier(name)).join(', ');
  await session.run(`CREATE TABLE ${table} AS SELECT * FROM (${sql}) AS r(${columns})`);
  const rows = incomplete
    ? await completedRows(run, { table, schema, missing }, requirements, marks)
    : `SELECT * FROM ${table}`;
  const complete = session.qualified(bound.scope, '__complete');
  await session.run(`CREATE TABLE ${complete} AS ${rows}`);
  if (feed) await session.run(`INSERT INTO ${feed} SELECT *, '${type}' FROM ${complete}`);
  return Number((await session.read(`INSERT INTO ${staged} SELECT * FROM ${complete}`)).value(0, 0));
}

function columnNames({ columns }: BoundRelations): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(', ');
}

/**
 * Commits a change: the files that hold a changed row are replaced by files with their other rows and with what was staged. Resolves
 * to undefined, and commits nothing, where there is nothing to change.
 * @param changed a relation with `__target_file` and `__target_row` of the rows that go or are replaced.
 */
export async function commitChange(
  change: TableChange,
  changed: string,
  affectedRows: number,
  operation: Operation,
): Promise<StatementOutcome['written'] | undefined> {
  const { run, table, snapshot, staged, target, schema } = change;
  const names = schema.fields.map(({ name }) => quoteIdentifier(name)).join(', ');
  const touched = await touchedFiles(change, changed);
  if (touched.length > 0) {
    const inTouched = `__target_file IN (SELECT __target_file FROM ${changed})`;
    const survives = `NOT EXISTS (SELECT 1 FROM ${changed} AS c WHERE c.__target_file = t.__target_file AND c.__target_row = t.__target_row)`;
    await run.session.run(
      `INSERT INTO ${staged} SELECT ${names} FROM ${target} AS t WHERE ${inTouched} AND ${survives}`,
    );
  }
  const count = await run.session.read(`SELECT count(*) FROM ${staged}`);
  const rows: StagedRows = { table: staged, schema, rows: Number(count.value(0, 0)) };
  if (touched.length === 0 && rows.rows === 0) return undefined;
  const { requirements } = change;
  const constraints = [...requirements.constraints, ...generatedDemands(requirements, new Set())];
  await checkRequirements(run, change.name, rows, { ...requirements, constraints });
  const removed = new Set(touched);
  const checks = await runChecks(run, table.name, async () => {
    const keep = (file: AddFile): boolean => !removed.has(file);
    const rest = await tableScan(run.context, table.location, snapshot, run.signal, { keep });
    return `SELECT ${names} FROM ${staged} UNION ALL BY NAME (${evolvedRows(rest, snapshot.schema, schema)})`;
  });
  const files = await writeDataFiles(run, rows, snapshot.metadata, change.folder);
  const grown =
    schema === snapshot.schema && change.marks.size === 0 ? {} : { schema: withHighWaterMarks(schema, change.marks) };
  // A commit that only adds files is its own feed.
  const changeFiles = touched.length > 0 ? await writeFeed(change) : [];
  const read = { reads: change.couldMatter, scanned: [...change.files.values()] };
  const write = {
    kind: 'change',
    snapshot,
    removed: touched,
    requirementsChecked: true,
    operation,
    ...read,
    ...grown,
  } as const;
  const store = lakeTableStore(run.context.storage, table.location);
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, change.folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const fileOf = ({ file }: StagedFile): StagedFile['file'] => file;
  const { version } = await commitFiles(run, table.location, [...files, ...changeFiles], () =>
    writeTable(store, { ...write, files: files.map(fileOf), changeFiles: changeFiles.map(fileOf) }, options),
  );
  if (schema !== snapshot.schema) await run.context.resolver.updateColumns(table, columnInfos(schema));
  return { ...versionOf(table, version), ...sizes(rows, files), rows: affectedRows, checks };
}

/** The change data feed's files of this change, beside the data. */
async function writeFeed({ run, feed, schema, snapshot, folder }: TableChange): Promise<StagedFile[]> {
  if (!feed) return [];
  const count = await run.session.read(`SELECT count(*) FROM ${feed}`);
  const fields = [...schema.fields, field(changeType, 'string')];
  const rows: StagedRows = { table: feed, schema: { type: 'struct', fields }, rows: Number(count.value(0, 0)) };
  const home = join(folder, 'feed');
  await mkdir(home, { recursive: true });
  const files = await writeDataFiles(run, rows, snapshot.metadata, home);
  return files.map(({ localPath, file }) => ({ localPath, file: { ...file, path: `_change_data/${file.path}` } }));
}

async function touchedFiles({ run, files }: TableChange, changed: string): Promise<AddFile[]> {
  const answer = await run.session.read(`SELECT DISTINCT __target_file FROM ${changed}`);
  return answer.getRows().map(([path]) => {
    const file = files.get(String(path));
    if (!file) throw new Error(`${String(path)} is no file of the table`);
    return file;
  });
}
