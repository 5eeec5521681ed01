import { mappedSchema } from '../../../delta/column-mapping.ts';
import { withHighWaterMarks } from '../../../delta/column-rules.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
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
import { copies, noteBatch, readNote, readStreamState } from '../streaming/stream-state.ts';
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
  const planned = await planBatch(run, statement.query, taken);
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  if (planned.length === 0) return { inputs };
  const { batch } = readNote(await noteBatch(store, copies, state.next, planned, run.signal));
  const bound = await bindQuery(run, statement.query, folder, batchRelations(batch, taken));
  const { schema: shape, select } = copyShape(run, nameText(name), statement, bound.columns, snapshot.schema);
  const schema = mappedSchema(shape, snapshot.metadata.configuration);
  const missing = absentColumns(bound.columns, schema);
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
    transaction: { appId: copies.application, version: state.next },
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
  { mergeSchema }: CopyInto,
  given: BoundQuery['columns'],
  before: DeltaStruct,
): { schema: DeltaStruct; select: string[] } {
  const known = new Set(before.fields.map(({ name }) => name.toLowerCase()));
  const columns = given.filter(({ name }) => name !== rescued || known.has(rescued));
  const added = schemaOf({ columns }).fields.filter(({ name }) => !known.has(name.toLowerCase()));
  if (added.length > 0 && !mergeSchema)
    throw mismatch(
      table,
      `it has no column ${added.map(({ name }) => name).join(', ')}, and COPY_OPTIONS does not say 'mergeSchema' = 'true'`,
    );
  const schema: DeltaStruct = added.length === 0 ? before : { type: 'struct', fields: [...before.fields, ...added] };
  const values = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return {
    schema,
    select: assignments(run, table, schema.fields, ({ name }) => values.get(name.toLowerCase()), 'byName'),
  };
}
