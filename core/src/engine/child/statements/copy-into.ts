import { mappedSchema } from '../../../delta/column-mapping.ts';
import { withHighWaterMarks } from '../../../delta/column-rules.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { deltaToSpark } from '../../../delta/spark-types.ts';
import { writeRequirements } from '../../../delta/write-requirements.ts';
import { writeTable } from '../../../delta/write.ts';
import type { BoundQuery, CompiledStatement } from '../../../sql/contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { bindQuery } from '../relations/bind.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, schemaOf, stageRows, writeDataFiles } from '../staging.ts';
import { batchRelations, planBatch } from '../streaming/stream-sources.ts';
import { copies, noteOwnBatch, readStreamState } from '../streaming/stream-state.ts';
import { assignments, mismatch } from './assignment.ts';
import { checkIdentities, completed, generatedDemands, type Marks } from './column-values.ts';
import { columnInfos, sizes } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { checkRequirements, refuseDefaults } from './requirements.ts';
import { withTarget } from './update-delete.ts';
import { writableTable } from './writable-table.ts';

type CopyInto = Extract<CompiledStatement, { kind: 'copyInto' }>;

/** The column that readers of files add for what does not fit; COPY INTO takes it only where the table has it. */
const rescued = '_rescued_data';

/** COPY INTO: the files of a folder that were not copied yet, by the names of their columns; what was copied is committed with the rows. */
export async function copyInto(run: Run, statement: CopyInto, folder: string): Promise<StatementEffect> {
  const name = completeName(run, statement.target);
  const table = await writableTable(run, name);
  const snapshot = await readVersion(run, table.location);
  const requirements = writeRequirements(snapshot);
  const store = lakeTableStore(run.context.storage, table.location);
  const state = await readStreamState(store, copies, snapshot, run.signal);
  const taken = statement.force ? { ...state, seen: new Map() } : state;
  const planned = await planBatch(run, statement.query, taken, { everySource: true });
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  if (planned.length === 0) return { inputs };
  const { number, batch } = await noteOwnBatch(store, copies, state.next, planned, run.signal);
  const bound = await bindQuery(
    run,
    statement.query,
    folder,
    batchRelations(batch, taken, { remembersColumns: false }),
  );
  const { schema: shape, select } = copyShape(run, nameText(name), statement, bound.columns, snapshot.schema);
  const schema = mappedSchema(shape, snapshot.metadata.configuration);
  const missing = absentColumns(givenColumns(nameText(name), statement, bound.columns, snapshot.schema), schema);
  checkIdentities(nameText(name), requirements, (column) => !missing.has(column));
  refuseDefaults(nameText(name), requirements, missing);
  const marks: Marks = new Map();
  const staged = await completed(run, await stageRows(run, bound, schema, select), requirements, missing, marks);
  const constraints = [...requirements.constraints, ...generatedDemands(requirements, missing)];
  await checkRequirements(run, nameText(name), staged, { ...requirements, constraints });
  const checks = await runChecks(run, name, async () => {
    const before = await tableScan(run.context, table.location, snapshot, run.signal);
    return `SELECT * FROM ${staged.table} UNION ALL BY NAME (${before})`;
  });
  const files = await writeDataFiles(run, staged, snapshot.metadata, folder);
  const write = {
    kind: 'append',
    snapshot,
    files: files.map(({ file }) => file),
    requirementsChecked: true,
    transaction: { appId: copies.application, version: number },
    operation: { name: 'COPY INTO', parameters: {} },
    ...(schema === snapshot.schema && marks.size === 0 ? {} : { schema: withHighWaterMarks(schema, marks) }),
  } as const;
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const { version } = await commitFiles(run, table.location, files, () => writeTable(store, write, options));
  if (schema !== snapshot.schema) await run.context.resolver.updateColumns(table, columnInfos(schema));
  const written = { ...versionOf(table, version), ...sizes(staged, files), checks };
  return { inputs: withTarget(bound, { table, snapshot }), written };
}

/** The columns of the table that the files do not have. */
function absentColumns(given: BoundQuery['columns'], { fields }: DeltaStruct): ReadonlySet<string> {
  const names = new Set(given.map(({ name }) => name.toLowerCase()));
  return new Set(fields.map(({ name }) => name).filter((name) => !names.has(name.toLowerCase())));
}

/** The table's columns after the copy, and their values over `q`. @throws ExpectedError `delta.schema-mismatch`. */
export function copyShape(
  run: Run,
  table: string,
  statement: CopyInto,
  found: BoundQuery['columns'],
  before: DeltaStruct,
): { schema: DeltaStruct; select: string[] } {
  const known = new Set(before.fields.map(({ name }) => name.toLowerCase()));
  const given = givenColumns(table, statement, found, before);
  const columns = given.filter(({ name }) => name !== rescued || known.has(rescued));
  const added = schemaOf({ columns }).fields.filter(({ name }) => !known.has(name.toLowerCase()));
  if (added.length > 0 && !statement.mergeSchema)
    throw mismatch(
      table,
      `it has no column ${added.map(({ name }) => name).join(', ')}, and COPY_OPTIONS does not say 'mergeSchema' = 'true'`,
    );
  const schema: DeltaStruct = added.length === 0 ? before : { type: 'struct', fields: [...before.fields, ...added] };
  const values = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const valueOf = ({ name }: DeltaField): Given | undefined => values.get(name.toLowerCase());
  if (!statement.columns) checkTexts(table, schema.fields, valueOf);
  return { schema, select: assignments(run, table, schema.fields, valueOf, 'byName') };
}

/** A column of the query: `from` is its name there, where it goes by position. */
type Given = BoundQuery['columns'][number] & { readonly from?: string };

/** By position the query's columns are those of the table that the statement names. @throws ExpectedError `delta.schema-mismatch`. */
function givenColumns(
  table: string,
  { columns }: CopyInto,
  found: BoundQuery['columns'],
  { fields }: DeltaStruct,
): readonly Given[] {
  if (!columns) return found;
  const wanted = columns === 'all' ? fields.map(({ name }) => name) : columns;
  const given = found.filter(({ name }) => name !== rescued);
  if (given.length !== wanted.length)
    throw mismatch(table, `the files give ${given.length} columns for ${wanted.length} (${wanted.join(', ')})`);
  return given.map((column, at) => ({ ...column, name: wanted[at] ?? '', from: column.name }));
}

/** By name COPY INTO casts no text to another type. @throws ExpectedError `delta.schema-mismatch`. */
function checkTexts(
  table: string,
  fields: readonly DeltaField[],
  valueOf: (field: DeltaField) => Given | undefined,
): void {
  const wrong = fields.filter((field) => field.type !== 'string' && valueOf(field)?.typeText === 'string');
  if (wrong.length === 0) return;
  const what = wrong.map(({ name, type }) => `${name} is ${deltaToSpark(type)}, and the files give string`);
  throw mismatch(table, `${what.join('; ')} (DELTA_FAILED_TO_MERGE_FIELDS)`);
}
