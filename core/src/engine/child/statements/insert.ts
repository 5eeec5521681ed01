import { ExpectedError } from '../../../base/expected-error.ts';
import type { AddFile, PartitionValues, Snapshot } from '../../../delta/actions.ts';
import { physicalName } from '../../../delta/column-mapping.ts';
import { columnMapping } from '../../../delta/protocol.ts';
import { type ColumnRules, defaultsOf, withHighWaterMarks } from '../../../delta/column-rules.ts';
import { isInPartition } from '../../../delta/conflicts.ts';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../../../delta/duckdb-types.ts';
import { deltaToSpark } from '../../../delta/spark-types.ts';
import { partitionTextSql, serializePartitionValue } from '../../../delta/partition-values.ts';
import { bindLocal, commitChange, keepRows, noteOldRows, openChange, stageValues } from './table-change.ts';
import { withTarget } from './update-delete.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { writeRequirements } from '../../../delta/write-requirements.ts';
import { writeTable } from '../../../delta/write.ts';
import type { BoundQuery, CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { plannedQuery } from '../relations/planned-query.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, schemaOf, type StagedFile, stageRows, writeDataFiles } from '../staging.ts';
import { assignments, mismatch } from './assignment.ts';
import { checkIdentities, completed, generatedDemands, type Marks } from './column-values.ts';
import { sizes } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { checkRequirements } from './requirements.ts';
import { writableTable } from './writable-table.ts';

type Insert = Extract<CompiledStatement, { kind: 'insert' }>;

/**
 * INSERT INTO, INSERT OVERWRITE of a table or a partition, INSERT ... REPLACE WHERE. Rejects with `delta.schema-mismatch`,
 * `delta.not-null-violated`, `delta.check-violated`, `delta.replace-where-violated`, and as the Delta writer does.
 */
export async function insert(run: Run, statement: Insert, folder: string): Promise<StatementEffect> {
  if (statement.replaces) return await replaceWhere(run, statement, statement.replaces, folder);
  if (statement.replacesUsing) return await replaceUsing(run, statement, statement.replacesUsing, folder);
  const name = completeName(run, statement.target);
  const table = await writableTable(run, name);
  const snapshot = await readVersion(run, table.location);
  for (const column of statement.partition?.keys() ?? []) partitionField(snapshot, column);
  const requirements = writeRequirements(snapshot);
  const bound = await plannedQuery(run, queryOf(statement, snapshot.schema, requirements), folder);
  const select = alignedSelect(run, nameText(name), statement, bound, snapshot.schema);
  const missing = leftOut(statement, bound, snapshot.schema);
  checkIdentities(nameText(name), requirements, (column) => !missing.has(column));
  const marks: Marks = new Map();
  const aligned = await stageRows(run, bound, snapshot.schema, select);
  const staged = await completed(run, aligned, requirements, missing, marks);
  const constraints = [...requirements.constraints, ...generatedDemands(requirements, missing)];
  await checkRequirements(run, nameText(name), staged, { ...requirements, constraints });
  const counted = marks.size > 0 ? { schema: withHighWaterMarks(snapshot.schema, marks) } : {};
  const appends = statement.mode === 'append';
  const files = await writeDataFiles(run, staged, snapshot.metadata, folder);
  const replaced = appends ? [] : await replacedPartitions(run, statement, snapshot, files);
  const keep = replaced
    ? ({ partitionValues }: AddFile): boolean => !replaced.some((one) => isInPartition(partitionValues, one))
    : (): boolean => false;
  const checks = await runChecks(run, name, async () => {
    const rest = await tableScan(run.context, table.location, snapshot, run.signal, { keep });
    return `${rest} UNION ALL SELECT * FROM ${staged.table}`;
  });
  const readsItself = bound.reads.some((read) => read.table === nameText(table.name));
  const base = { snapshot, files: files.map(({ file }) => file), requirementsChecked: true, ...counted } as const;
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const store = lakeTableStore(run.context.storage, table.location);
  const { version } = await commitFiles(run, table.location, files, () =>
    appends
      ? writeTable(store, { kind: 'append', ...base, readsItself }, options)
      : writeTable(store, { kind: 'overwrite', ...base, ...(replaced ? { partitions: replaced } : {}) }, options),
  );
  const written = { ...versionOf(table, version), ...sizes(staged, files), checks };
  if (!replaced) return { inputs: bound, written };
  // What the rows are added to is an input too: the same statement on the longer table gives another one.
  return { inputs: withTarget(bound, { table, snapshot }), written };
}

/** The rows that fulfil the condition go and the query's rows come, which must all fulfil it, in one commit. */
async function replaceWhere(
  run: Run,
  statement: Insert,
  replaces: NonNullable<Insert['replaces']>,
  folder: string,
): Promise<StatementEffect> {
  const rowsThatGo = ({ fields }: DeltaStruct): CompiledQuery => replaces(fields.map(({ name }) => name));
  const change = await openChange(run, statement.target, folder, { matters: rowsThatGo });
  const bound = await plannedQuery(run, queryOf(statement, change.schema, change.requirements), folder);
  const query = rowsThatGo(change.schema);
  const changed = await keepRows(change, '__changed', await bindLocal(change, query, { target: change.target }));
  const missing = leftOut(statement, bound, change.schema);
  checkIdentities(change.name, change.requirements, (column) => !missing.has(column));
  const select = alignedSelect(run, change.name, statement, bound, change.schema);
  const rows = await stageValues(change, bound, select, missing, 'insert');
  await noteOldRows(change, `SELECT * FROM ${changed}`, 'delete');
  const fresh = `(SELECT *, '' AS __target_file, 0::BIGINT AS __target_row FROM ${change.staged})`;
  const inside = await keepRows(change, '__inside', await bindLocal(change, query, { target: fresh }));
  const count = await run.session.read(`SELECT count(*) FROM ${inside}`);
  if (Number(count.value(0, 0)) !== rows) throw outside(change.name, rows - Number(count.value(0, 0)));
  const parameters = { mode: 'Overwrite', partitionBy: '[]' };
  const written = await commitChange(change, changed, rows, { name: 'WRITE', parameters });
  return { inputs: withTarget(bound, change), ...(written ? { written } : {}) };
}

/** The rows go that have the values of a row of the query in the columns, and the query's rows come, in one commit. */
async function replaceUsing(
  run: Run,
  statement: Insert,
  using: readonly string[],
  folder: string,
): Promise<StatementEffect> {
  const change = await openChange(run, statement.target, folder);
  const keys = using.map((name) => keyField(change.name, change.schema, name).name);
  const bound = await plannedQuery(run, queryOf(statement, change.schema, change.requirements), folder);
  const missing = leftOut(statement, bound, change.schema);
  checkIdentities(change.name, change.requirements, (column) => !missing.has(column));
  const select = alignedSelect(run, change.name, statement, bound, change.schema);
  const rows = await stageValues(change, bound, select, missing, 'insert');
  const changed = run.session.qualified(change.scope, '__changed');
  const same = keys.map((name) => `t.${quoteIdentifier(name)} = s.${quoteIdentifier(name)}`).join(' AND ');
  await run.session.run(
    `CREATE TABLE ${changed} AS SELECT t.__target_file, t.__target_row FROM ${change.target} AS t SEMI JOIN ${change.staged} AS s ON ${same}`,
  );
  await noteOldRows(change, `SELECT * FROM ${changed}`, 'delete');
  const parameters = { mode: 'Overwrite', partitionBy: '[]' };
  const written = await commitChange(change, changed, rows, { name: 'WRITE', parameters });
  return { inputs: withTarget(bound, change), ...(written ? { written } : {}) };
}

/** A column that rows can be found by. @throws ExpectedError `delta.schema-mismatch`. */
function keyField(table: string, schema: DeltaStruct, name: string): DeltaField {
  const field = targetField(table, schema, name);
  if (typeof field.type === 'string') return field;
  throw mismatch(table, `REPLACE USING names ${field.name}, which is ${deltaToSpark(field.type)}`);
}

/** The statement's rows, with the table's own defaults where it says DEFAULT. */
function queryOf(statement: Insert, target: DeltaStruct, rules: ColumnRules): CompiledQuery {
  if (!statement.withDefaults) return statement.query;
  return statement.withDefaults(statement.columns ?? namesBesides(statement, target), defaultsOf(rules));
}

/** The columns that the statement gives no value for. */
function leftOut(
  statement: Insert,
  { columns }: Pick<BoundQuery, 'columns'>,
  target: DeltaStruct,
): ReadonlySet<string> {
  const named = statement.byName
    ? columns.map(({ name }) => name)
    : (statement.columns ?? namesBesides(statement, target));
  const given = new Set([...named, ...(statement.partition?.keys() ?? [])].map((name) => name.toLowerCase()));
  return new Set(target.fields.map(({ name }) => name).filter((name) => !given.has(name.toLowerCase())));
}

/** The partitions that INSERT OVERWRITE replaces; undefined: the whole table. */
async function replacedPartitions(
  run: Run,
  { partition }: Insert,
  snapshot: Snapshot,
  files: readonly StagedFile[],
): Promise<readonly PartitionValues[] | undefined> {
  const dynamic = run.settings.get('spark.sql.sources.partitionoverwritemode') === 'dynamic';
  if (dynamic && snapshot.metadata.partitionColumns.length > 0) return files.map(({ file }) => file.partitionValues);
  return partition ? [await partitionOf(run, snapshot, partition)] : undefined;
}

/** The values of `PARTITION (...)` as the log has them. */
async function partitionOf(
  run: Run,
  { location, schema, metadata }: Snapshot,
  values: ReadonlyMap<string, string | null>,
): Promise<PartitionValues> {
  const mapping = columnMapping(location, metadata);
  const texts: [string, string | null][] = [];
  for (const [name, value] of values) {
    const field = partitionField({ schema, metadata }, name);
    const typed = value === null ? 'NULL' : (constantOf(run, field, value) ?? 'NULL');
    const answer = await run.session.read(`SELECT ${partitionTextSql(field, typed)}`);
    const text = answer.value(0, 0);
    texts.push([physicalName(field, mapping), serializePartitionValue(field, text === null ? null : String(text))]);
  }
  return Object.fromEntries(texts);
}

function partitionField({ schema, metadata }: Pick<Snapshot, 'schema' | 'metadata'>, name: string): DeltaField {
  const field = targetField('the table', schema, name);
  if (!metadata.partitionColumns.includes(field.name)) throw notPartitioned(field.name);
  return field;
}

function constantOf(run: Run, field: DeltaField, value: string): string | undefined {
  return run.context.dialect.assign(quoteLiteral(value), 'VARCHAR', deltaToDuckdb(field.type));
}

function notPartitioned(column: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.not-partitioned',
    message: `PARTITION names ${column}, by which the table is not partitioned.`,
    nextStep: 'Write REPLACE WHERE with a condition, or leave PARTITION out.',
  });
}

function outside(table: string, rows: number): ExpectedError {
  return new ExpectedError({
    code: 'delta.replace-where-violated',
    message: `${table} was not written: ${rows} row${rows === 1 ? '' : 's'} of the query do not fulfil the REPLACE WHERE condition.`,
    nextStep: 'Filter the query by the same condition.',
  });
}

/** The query's columns in the table's order, as expressions over `q`. @throws ExpectedError `delta.schema-mismatch`. */
export function alignedSelect(
  run: Run,
  table: string,
  statement: Insert,
  query: Pick<BoundQuery, 'columns'>,
  target: DeltaStruct,
): string[] {
  schemaOf(query);
  const sources = statement.byName
    ? byName(table, query.columns, target)
    : byPosition(table, query.columns, statement.columns ?? namesBesides(statement, target), target);
  const select = assignments(
    run,
    table,
    target.fields,
    ({ name }) => sources.get(name),
    statement.byName ? 'sameOrder' : 'byPosition',
  );
  for (const [name, value] of statement.partition ?? []) {
    const field = targetField(table, target, name);
    if (value !== null) select[target.fields.indexOf(field)] = constantOf(run, field, value) ?? 'NULL';
  }
  return select;
}

function namesBesides({ partition }: Insert, target: DeltaStruct): string[] {
  const given = new Set([...(partition?.keys() ?? [])].map((name) => name.toLowerCase()));
  return target.fields.map(({ name }) => name).filter((name) => !given.has(name.toLowerCase()));
}

type Columns = BoundQuery['columns'];

function byPosition(
  table: string,
  given: Columns,
  columns: readonly string[],
  target: DeltaStruct,
): Map<string, Columns[number]> {
  if (given.length !== columns.length) {
    throw mismatch(
      table,
      `it takes ${columns.length} columns (${columns.join(', ')}), and the query gives ${given.length} (${given.map(({ name }) => name).join(', ')})`,
    );
  }
  return new Map(given.map((from, index) => [targetField(table, target, columns[index] ?? '').name, from]));
}

function byName(table: string, given: Columns, target: DeltaStruct): Map<string, Columns[number]> {
  return new Map(given.map((from) => [targetField(table, target, from.name).name, from]));
}

function targetField(table: string, target: DeltaStruct, name: string): DeltaField {
  const found = target.fields.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (!found)
    throw mismatch(table, `it has no column ${name}; it has ${target.fields.map((column) => column.name).join(', ')}`);
  return found;
}
