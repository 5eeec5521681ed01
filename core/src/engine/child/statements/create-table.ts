import { ExpectedError } from '../../../base/expected-error.ts';
import { mappedSchema } from '../../../delta/column-mapping.ts';
import { columnRules, ruleKeys } from '../../../delta/column-rules.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { declaredField, declaredType } from '../../../delta/declared-types.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { readSnapshot } from '../../../delta/snapshot.ts';
import type { TableDefinition } from '../../../delta/table-properties.ts';
import { type TableWrite, writeTable } from '../../../delta/write.ts';
import type { TableName } from '../../../lake/names.ts';
import type { SetTransaction } from '../../../delta/actions.ts';
import type { TableStore } from '../../../delta/store.ts';
import type { ColumnInfo, DatasetType, ResolvedTable } from '../../../lake/resolver.ts';
import type { StoredQuery } from '../../../lake/stored-view.ts';
import type { ColumnRule, CompiledStatement } from '../../../sql/contract.ts';
import type { CheckOutcome, TableVersion } from '../../contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { keysOf, keyToStore } from '../catalog/table-keys.ts';
import { plannedQuery } from '../relations/planned-query.ts';
import { requireUnguarded } from '../relations/policies.ts';
import { readVersion, versionOf } from '../relations/table.ts';
import {
  parquetRowsWriter,
  schemaOf,
  type StagedFile,
  type StagedRows,
  stageFiles,
  type TableLayout,
} from '../staging.ts';
import { checkRules } from './column-values.ts';
import type { StatementEffect } from './effect.ts';
import { checkWritable } from './writable-table.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;
type Creation = Statement<'createTable'> | Statement<'createTableAs'>;

/** CREATE TABLE ... AS: rows are staged and checked, and become visible together with the table. */
export async function createTableAs(
  run: Run,
  statement: Statement<'createTableAs'>,
  folder: string,
): Promise<StatementEffect> {
  const existing = await existingTable(run, statement);
  if (existing && keeps(statement)) return kept(run, existing);
  const bound = await plannedQuery(run, statement.query, folder);
  const schema = mappedSchema(schemaOf(bound), Object.fromEntries(statement.properties));
  const staged = await stageFiles(run, bound, schema, layoutOf(statement, schema), folder);
  const name = completeName(run, statement.target);
  let checks: readonly CheckOutcome[] = [];
  const written = await commitDefinition(run, statement, schema, staged.files, existing, folder, {
    check: async () => {
      checks = await runChecks(run, name, `SELECT * FROM ${staged.table}`, staged.nulls);
    },
  });
  return { inputs: bound, written: { ...written, ...sizes(staged, staged.files), checks } };
}

/** CREATE TABLE with columns: an empty first version. */
export async function createTable(
  run: Run,
  statement: Statement<'createTable'>,
  folder: string,
): Promise<StatementEffect> {
  const existing = await existingTable(run, statement);
  if (existing && keeps(statement)) return kept(run, existing);
  const schema = mappedSchema(declaredSchema(statement), Object.fromEntries(statement.properties));
  await checkRules(run, schema, columnRules(schema));
  const name = completeName(run, statement.target);
  const keys = await Promise.all(statement.keys.map((key) => keyToStore(run, name, schema, key)));
  const { keys: catalogKeys } = run.context.resolver;
  if (existing) for (const old of await keysOf(run, name)) await catalogKeys.drop(name, old.name, { cascade: true });
  const written = await commitDefinition(run, statement, schema, [], existing, folder);
  for (const key of keys) await catalogKeys.add(name, key);
  return { written: { ...written, rows: 0, files: 0, bytes: 0, checks: [] } };
}

/** The columns that the statement names. @throws ExpectedError `delta.unsupported-type`. */
export function declaredSchema({ columns }: Statement<'createTable'>): DeltaStruct {
  const fields = columns.map(({ name, typeText, nullable, comment, rule }) => {
    const { type, metadata } = declaredField(typeText);
    const told = { ...(comment === undefined ? {} : { comment }), ...(rule ? ruleMetadata(rule) : {}) };
    return { name, type, nullable, metadata: { ...metadata, ...told } };
  });
  return { type: 'struct', fields };
}

function ruleMetadata(rule: ColumnRule): Readonly<Record<string, unknown>> {
  switch (rule.kind) {
    case 'default':
      return { [ruleKeys.default]: rule.sql };
    case 'generated':
      return { [ruleKeys.generation]: rule.sql };
    case 'identity':
      return {
        [ruleKeys.identityStart]: Number(rule.start),
        [ruleKeys.identityStep]: Number(rule.step),
        [ruleKeys.identityAllowExplicit]: !rule.always,
      };
  }
}

export function sizes(
  staged: StagedRows,
  files: readonly StagedFile[],
): { rows: number; files: number; bytes: number } {
  return { rows: staged.rows, files: files.length, bytes: files.reduce((sum, { file }) => sum + file.size, 0) };
}

export function keeps(statement: Creation): boolean {
  return statement.mode === 'createIfNotExists';
}

/** IF NOT EXISTS found a table: that it is there is what the statement has read. */
export async function kept(run: Run, existing: ResolvedTable): Promise<StatementEffect> {
  const { version } = await readVersion(run, existing.location);
  return { inputs: { reads: [versionOf(existing, version)], readFiles: [], readPaths: [] } };
}

/** The table of that name. Rejects with `catalog.table-already-exists` for a plain CREATE that finds one. */
export async function existingTable(run: Run, statement: Creation): Promise<ResolvedTable | undefined> {
  const name = completeName(run, statement.target);
  const existing = await run.context.resolver.findTable(name);
  if (!existing) return undefined;
  if (statement.mode === 'create') throw tableExists(name, statement);
  if (!keeps(statement)) {
    checkWritable(existing);
    requireUnguarded(existing, 'The replacement of');
  }
  return existing;
}

export function tableExists(name: TableName, { target }: Pick<Creation, 'target'>): ExpectedError {
  return new ExpectedError({
    code: 'catalog.table-already-exists',
    message: `There is a table ${nameText(name)} already.`,
    nextStep: 'Write CREATE OR REPLACE TABLE, CREATE TABLE IF NOT EXISTS, or another name.',
    range: target.range,
  });
}

/** What a new or replaced table is to be, and the query that fills it, where it is a dataset. */
export type Definition = Pick<Creation, 'target' | 'partitionedBy' | 'clusteredBy' | 'comment' | 'properties'> & {
  readonly dataset?: StoredQuery & { readonly type: DatasetType };
  readonly transaction?: SetTransaction;
};

export interface CommitSteps {
  /** Before the files go up. */
  readonly prepare?: (store: TableStore) => Promise<void>;
  /** Before the commit, while the files go up. */
  readonly check?: () => Promise<void>;
}

/** One commit that makes or replaces a table; then the catalog is told. */
export async function commitDefinition(
  run: Run,
  statement: Definition,
  schema: DeltaStruct,
  files: readonly StagedFile[],
  existing: ResolvedTable | undefined,
  folder: string,
  { prepare, check }: CommitSteps = {},
): Promise<TableVersion> {
  const { resolver, storage } = run.context;
  const name = completeName(run, statement.target);
  const staged = existing ? undefined : await resolver.stageTable(name);
  const home = existing ?? staged;
  if (!home) throw new Error(`${nameText(name)} has neither a place nor a staging place`);
  const { location } = home;
  const store = lakeTableStore(storage, location);
  await prepare?.(store);
  const definition = definitionOf(statement, schema);
  const once = statement.transaction ? { transaction: statement.transaction } : {};
  const signal = run.signal ? { signal: run.signal } : {};
  const newFiles = files.map(({ file }) => file);
  const write: TableWrite = existing
    ? { kind: 'createOrReplace', definition, snapshot: await readSnapshot(store, signal), files: newFiles, ...once }
    : { kind: 'create', definition, files: newFiles, ...once };
  const options = { ...signal, writeParquetRows: parquetRowsWriter(run.session, folder) };
  const { version } = await commitFiles(run, location, files, () => writeTable(store, write, options), check);
  const columns = columnInfos(schema);
  if (existing) await resolver.updateColumns(existing, columns, statement.dataset);
  else if (staged) await resolver.publishTable(staged, columns, statement.dataset);
  return versionOf(home, version);
}

function definitionOf(statement: Definition, schema: DeltaStruct): TableDefinition {
  return {
    schema,
    ...layoutOf(statement, schema),
    clusteringColumns: statement.clusteredBy,
    ...(statement.comment === undefined ? {} : { description: statement.comment }),
  };
}

/** The rows of a new table with the names that its files will have. */
export function mappedRows(rows: StagedRows, { properties }: Pick<Definition, 'properties'>): StagedRows {
  return { ...rows, schema: mappedSchema(rows.schema, Object.fromEntries(properties)) };
}

/** The partition columns as the schema spells them, for names are compared without case, and the properties. */
export function layoutOf(
  { partitionedBy, properties }: Pick<Definition, 'partitionedBy' | 'properties'>,
  schema: DeltaStruct,
): TableLayout {
  const partitionColumns = partitionedBy.map(
    (wanted) => schema.fields.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.name ?? wanted,
  );
  return { partitionColumns, configuration: Object.fromEntries(properties) };
}

export function columnInfos(schema: DeltaStruct): ColumnInfo[] {
  return schema.fields.map(({ name, type, nullable, metadata }) => ({
    name,
    typeText: declaredType({ type, metadata }),
    nullable,
  }));
}
