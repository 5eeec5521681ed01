import { ExpectedError } from '../../../base/expected-error.ts';
import type { AddFile } from '../../../delta/actions.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { writeRequirements } from '../../../delta/write-requirements.ts';
import { writeTable } from '../../../delta/write.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName } from '../names.ts';
import { commitFiles } from '../publish-files.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter, type StagedRows, writeDataFiles } from '../staging.ts';
import { sizes } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { writableTable } from './writable-table.ts';

type Optimize = Extract<CompiledStatement, { kind: 'optimize' }>;

/** Files below this are compacted, as Delta's `optimize.minFileSize`: 1 GiB. */
const smallBytes = 2 ** 30;
/** Values of a Z-order column are told apart in this many ranges: 2 to the power of it. */
const zOrderBits = 8;

/**
 * OPTIMIZE: small files of one partition become one, files with deleted rows are written without them; with ZORDER BY all files are
 * written anew in the order of a Z-curve. No row changes, so writers that append meanwhile are no conflict.
 */
export async function optimize(run: Run, statement: Optimize, folder: string): Promise<StatementEffect> {
  const table = await writableTable(run, completeName(run, statement.target));
  const snapshot = await readVersion(run, table.location);
  writeRequirements(snapshot);
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  const order = zOrder(statement.zOrderBy, snapshot.schema, snapshot.metadata.partitionColumns);
  const removed = order === '' ? worthCompacting(snapshot.files) : snapshot.files;
  if (removed.length === 0) return { inputs };
  const chosen = new Set(removed);
  const rows = await tableScan(run.context, table.location, snapshot, run.signal, { keep: (file) => chosen.has(file) });
  const scope = await run.session.createScope();
  const staged = run.session.qualified(scope, '__staged');
  await run.session.run(`CREATE TABLE ${staged} AS SELECT * FROM (${rows})${order}`);
  const count = await run.session.read(`SELECT count(*) FROM ${staged}`);
  const stagedRows: StagedRows = { table: staged, schema: snapshot.schema, rows: Number(count.value(0, 0)) };
  const files = await writeDataFiles(run, stagedRows, snapshot.metadata, folder);
  const operation = {
    name: 'OPTIMIZE',
    parameters: { predicate: '[]', zOrderBy: JSON.stringify(statement.zOrderBy), auto: 'false' },
    metrics: { numAddedFiles: String(files.length), numRemovedFiles: String(removed.length) },
  };
  const write = {
    kind: 'change',
    snapshot,
    removed,
    files: files.map(({ file }) => file),
    requirementsChecked: true,
    dataChange: false,
    operation,
  } as const;
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const store = lakeTableStore(run.context.storage, table.location);
  const { version } = await commitFiles(run, table.location, files, () => writeTable(store, write, options));
  return { inputs, written: { ...versionOf(table, version), ...sizes(stagedRows, files), checks: [] } };
}

/** Of each partition the small files, where there are at least two, and every file that has deleted rows. */
function worthCompacting(files: readonly AddFile[]): readonly AddFile[] {
  const small = Map.groupBy(
    files.filter(({ size }) => size < smallBytes),
    ({ partitionValues }) => JSON.stringify(Object.entries(partitionValues).sort()),
  );
  return files.filter((file) => {
    if (file.deletionVector) return true;
    const beside = small.get(JSON.stringify(Object.entries(file.partitionValues).sort()));
    return beside !== undefined && beside.length > 1 && beside.includes(file);
  });
}

/** ORDER BY the interleaved bits of the columns' ranges, so that rows near in every column lie near in the file. */
function zOrder(columns: readonly string[], schema: DeltaStruct, partitionColumns: readonly string[]): string {
  if (columns.length === 0) return '';
  const ranges = columns.map((name) => {
    const found = schema.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    if (!found || partitionColumns.includes(found.name)) throw notOrderable(name, found !== undefined);
    return `(ntile(${2 ** zOrderBits}) OVER (ORDER BY ${quoteIdentifier(found.name)}) - 1)`;
  });
  const bits = ranges.flatMap((range, column) =>
    Array.from({ length: zOrderBits }, (_, bit) => {
      const place = BigInt(bit * ranges.length + column);
      return `(((${range} >> ${bit}) & 1)::HUGEINT * ${2n ** place})`;
    }),
  );
  return ` ORDER BY ${bits.join(' + ')}`;
}

function notOrderable(name: string, isPartition: boolean): ExpectedError {
  return new ExpectedError({
    code: 'delta.invalid-z-order',
    message: `ZORDER BY ${name}: it is ${isPartition ? 'a partition column, by which the files are apart already' : 'no column of the table'}.`,
    nextStep: 'Name columns of the table that are no partition columns.',
  });
}
