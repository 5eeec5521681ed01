import { mapConcurrently } from '../base/concurrency.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { readFooter } from '../formats/parquet-footer.ts';
import { type ParquetNode, schemaTree, typeSignature } from '../formats/parquet-schema.ts';
import { openLocalFile } from '../formats/range-source.ts';
import type { AddFile, DeletionVector, Snapshot } from './actions.ts';
import { readDeletedRows, vectorPath } from './deletion-vector.ts';
import { physicalName } from './column-mapping.ts';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from './duckdb-types.ts';
import { relativePath } from './file-path.ts';
import { partitionLiteral } from './partition-values.ts';
import { type ColumnMapping, columnMapping } from './protocol.ts';
import { columnExpression } from './scan-columns.ts';
import type { DeltaField } from './schema.ts';

/** Fetches a file of the table (path relative to its folder) and resolves to where it lies on disk. */
export type LocalPathOf = (path: string) => Promise<string>;

export interface ScanOptions {
  /** Data files to leave out, such as those that a partition filter excludes. */
  readonly keep?: (file: AddFile) => boolean;
  /** Adds `__target_file` (the path on disk) and `__target_row` (from 0), which identify a row of this version. */
  readonly rowIdentity?: boolean;
  /** Adds `__row_place`, a number that no other row of this version has. */
  readonly rowPlace?: boolean;
  /** `deleted`: only the rows that deletion vectors name; by default those that they do not. */
  readonly rows?: 'deleted';
  readonly signal?: AbortSignal;
}

interface Branch {
  readonly paths: string[];
  readonly select: string;
  readonly where: string;
  readonly options: string;
}

/**
 * A DuckDB query over one version of a table: its columns by logical name, in order, with their exact types; partition columns as
 * constants, so that DuckDB prunes by them; deleted rows left out. The files' own schemas are read from their footers, because
 * files written before a column was added lack it, and with column mapping they name it otherwise.
 * Rejects with `parquet.corrupt`, `delta.corrupt-log`, or as `localPathOf` does.
 */
export async function scanSql(
  snapshot: Snapshot,
  localPathOf: LocalPathOf,
  options: ScanOptions = {},
): Promise<string> {
  const mapping = columnMapping(snapshot.location, snapshot.metadata);
  const files = options.keep ? snapshot.files.filter(options.keep) : snapshot.files;
  const branches = new Map<string, Branch>();
  const described = await mapConcurrently(files, 16, (file) =>
    describeFile(snapshot, mapping, file, localPathOf, options),
  );
  for (const { path, select, where, types, options: readOptions } of described) {
    // DuckDB reads a list of files as the first one is: one with a wider type is a list of its own.
    const key = `${select}\n${where}\n${types}`;
    const branch = branches.get(key) ?? { paths: [], select, where, options: readOptions };
    branch.paths.push(path);
    branches.set(key, branch);
  }
  options.signal?.throwIfAborted();
  return branches.size === 0
    ? emptySql(snapshot, options)
    : branchesSql([...branches.values()], options.rowPlace === true);
}

/** What DuckDB itself calls a row's file and its number there: a file that has such a column of its own does not tell. */
const placeColumns: ReadonlySet<string> = new Set(['file_index', 'file_row_number', '__row_place']);

function noPlaces(path: string): ExpectedError {
  const message = `Rows of ${path} have no places, as a column has the name of one.`;
  return new ExpectedError({ code: 'delta.no-row-places', message, nextStep: 'Read them without.' });
}

/** Rows that a file of Parquet may have, as a power of two. */
const rowBits = 40;

function branchesSql(branches: readonly Branch[], placed: boolean): string {
  let before = 0;
  const texts = branches.map((branch) => {
    const place = `((file_index + ${before})::BIGINT << ${rowBits}) + file_row_number AS __row_place`;
    before += branch.paths.length;
    return branchSql(placed ? { ...branch, select: `${branch.select}, ${place}` } : branch);
  });
  return texts.join('\nUNION ALL\n');
}

function branchSql({ paths, select, where, options }: Branch): string {
  const list = paths.map(quoteLiteral).join(', ');
  return `SELECT ${select} FROM read_parquet([${list}], hive_partitioning = false${options})${where}`;
}

function emptySql(snapshot: Snapshot, { rowIdentity: identified = false, rowPlace = false }: ScanOptions): string {
  const columns = snapshot.schema.fields.map(
    (field) => `CAST(NULL AS ${deltaToDuckdb(field.type)}) AS ${quoteIdentifier(field.name)}`,
  );
  const identity = identified ? ['NULL::VARCHAR AS __target_file', 'NULL::BIGINT AS __target_row'] : [];
  const place = rowPlace ? ['NULL::BIGINT AS __row_place'] : [];
  return `SELECT ${[...columns, ...identity, ...place].join(', ')} WHERE false`;
}

async function describeFile(
  snapshot: Snapshot,
  mapping: ColumnMapping,
  file: AddFile,
  localPathOf: LocalPathOf,
  { rowIdentity: identified = false, rowPlace = false, rows }: ScanOptions,
): Promise<{ path: string; select: string; where: string; types: string; options: string }> {
  const path = await localPathOf(relativePath(snapshot.location, file.path));
  const root = await readSchema(path);
  if (rowPlace && root.children.some(({ name }) => placeColumns.has(name.toLowerCase()))) throw noPlaces(path);
  const partitions = new Set(snapshot.metadata.partitionColumns);
  const column = (field: DeltaField): string => {
    const expression = partitions.has(field.name)
      ? partitionLiteral(snapshot.location, field, file.partitionValues[physicalName(field, mapping)] ?? null)
      : columnExpression(field, root, mapping);
    return `${expression} AS ${quoteIdentifier(field.name)}`;
  };
  const identity = identified ? ['filename AS __target_file', 'file_row_number AS __target_row'] : [];
  const select = [...snapshot.schema.fields.map(column), ...identity].join(', ');
  const where =
    rows === 'deleted'
      ? await deletedRows(snapshot, file, localPathOf)
      : file.deletionVector
        ? await aliveRows(snapshot, file, localPathOf)
        : '';
  const numbered = identified || file.deletionVector || file.alreadyDeleted ? ', file_row_number = true' : '';
  const types = root.children.map(typeSignature).join();
  return { path, select, where, types, options: `${identified ? ', filename = true' : ''}${numbered}` };
}

async function readSchema(path: string): Promise<ParquetNode> {
  await using source = await openLocalFile(path);
  return schemaTree((await readFooter(source)).metadata);
}

async function aliveRows(snapshot: Snapshot, file: AddFile, localPathOf: LocalPathOf): Promise<string> {
  const deleted = await isDeleted(snapshot, file.deletionVector, localPathOf);
  return deleted === undefined ? '' : ` WHERE NOT ${deleted}`;
}

/** The rows that one vector names and another one does not. */
async function deletedRows(snapshot: Snapshot, file: AddFile, localPathOf: LocalPathOf): Promise<string> {
  const now = await isDeleted(snapshot, file.deletionVector, localPathOf);
  const before = await isDeleted(snapshot, file.alreadyDeleted, localPathOf);
  return ` WHERE ${now ?? 'false'}${before === undefined ? '' : ` AND NOT ${before}`}`;
}

/** One bit a row in one constant: looked up in constant time, and a million deleted rows are 170 kB of text, not a list of numbers. */
async function isDeleted(
  snapshot: Snapshot,
  vector: DeletionVector | undefined,
  localPathOf: LocalPathOf,
): Promise<string | undefined> {
  if (!vector) return undefined;
  const stored = vectorPath(snapshot.location, vector);
  await using source = stored === undefined ? undefined : await openLocalFile(await localPathOf(stored));
  const { bits, count } = await readDeletedRows(snapshot.location, vector, source);
  if (count === 0) return undefined;
  const bitmap = `from_base64('${Buffer.from(bits).toString('base64')}')::BIT`;
  return `(CASE WHEN file_row_number < ${bits.byteLength * 8} THEN get_bit(${bitmap}, file_row_number::INTEGER) = 1 ELSE false END)`;
}
