import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier, quoteLiteral } from '../../../delta/duckdb-types.ts';
import type { DeltaField } from '../../../delta/schema.ts';
import type { LakeRelation, RelationColumn } from '../../../sql/contract.ts';
import { avroFormat } from './avro.ts';
import type { Run } from '../context.ts';
import type { Binding } from './bind.ts';
import { csvFormat } from './csv.ts';
import { findFiles, type FoundFile } from '../../find-files.ts';
import { jsonFormat } from './json.ts';
import { parquetFormat } from './parquet.ts';
import { checkSameTypes } from './inferred-schema.ts';
import { readOptions, type ReadOptions } from './read-options.ts';

export type FilesRelation = Extract<LakeRelation, { kind: 'files' }>;

/** A file of the lake with its copy on disk. */
export interface LocalFile extends FoundFile {
  readonly localPath: string;
}

/** One format that read_files reads. A new one is a file beside this and a line in the table below. */
export interface FileFormat {
  /** The options that it honours, in lower case; any other is refused. */
  readonly options: ReadonlySet<string>;
  /**
   * The columns that `select` would give, without `__file`, from as little of the files as tells them.
   * @param files none where `schema` was given, which says the columns.
   */
  readonly columns: (
    binding: Binding,
    files: readonly LocalFile[],
    options: ReadOptions,
  ) => Promise<readonly RelationColumn[]>;
  /** The columns that files have which bring no types; absent where the files themselves say them. */
  readonly infer?: (files: readonly LocalFile[], options: ReadOptions) => Promise<readonly DeltaField[]>;
  /** True where the first file alone tells the columns. */
  readonly firstFileTells: boolean;
  /**
   * A DuckDB query over the files with the columns that read_files gives and, last, `__file`: the copy's path, by which
   * `_metadata` is joined.
   */
  readonly select: (binding: Binding, files: readonly LocalFile[], options: ReadOptions) => Promise<string>;
}

const formats: Readonly<Record<string, FileFormat>> = {
  avro: avroFormat,
  csv: csvFormat,
  json: jsonFormat,
  parquet: parquetFormat,
};

/** The formats by the ends of their files' names. */
const endings: readonly (readonly [RegExp, keyof typeof formats])[] = [
  [/\.csv$/i, 'csv'],
  [/\.(?:json|jsonl|ndjson)$/i, 'json'],
  [/\.parquet$/i, 'parquet'],
  [/\.avro$/i, 'avro'],
];

/** Options that say which files are read, for every format. */
const discoveryOptions = new Set(['format', 'filenamepattern', 'pathglobfilter', 'recursivefilelookup']);

/** A view over the files of a `read_files`. Rejects with `engine.path-not-found`, `engine.option-not-emulated`, and as the formats say. */
export async function bindFiles(binding: Binding, relation: FilesRelation): Promise<void> {
  await bindFoundFiles(
    binding,
    relation,
    await findFiles({ ...binding.run.context, signal: binding.run.signal }, relation),
  );
}

/**
 * As `bindFiles`, for files that were found already.
 * @param before those that a stream took before them: they say the columns where types are inferred.
 */
export async function bindFoundFiles(
  binding: Binding,
  relation: FilesRelation,
  found: readonly FoundFile[],
  before: readonly FoundFile[] = [],
): Promise<void> {
  const { run, scope, inputs } = binding;
  const format = formatOf(relation, [...before, ...found]);
  const files = await localFiles(run, found);
  const options = await withSchema(run, format, readOptions(relation), before, files);
  inputs.readPaths.push({ path: relation.path, options: Object.fromEntries(relation.options) });
  inputs.readFiles.push(...files.map(({ url, etag }) => ({ path: url, etag })));
  const rows = await format.select(binding, files, options);
  const view = run.session.qualified(scope, relation.placeholder);
  if (!relation.usesMetadata) {
    await run.session.run(`CREATE VIEW ${view} AS SELECT * EXCLUDE (__file) FROM (${rows})`);
    return;
  }
  const metadata = run.session.qualified(scope, `${relation.placeholder}_metadata`);
  await run.session.run(`CREATE TABLE ${metadata} AS ${metadataRows(files)}`);
  await run.session.run(
    `CREATE VIEW ${view} AS SELECT r.* EXCLUDE (__file), m._metadata FROM (${rows}) AS r LEFT JOIN ${metadata} AS m ON r.__file = m.__file`,
  );
}

/** The columns that `bindFiles` would give, without reading the files' rows. Rejects as it does for what the columns depend on. */
export async function filesColumns(binding: Binding, relation: FilesRelation): Promise<readonly RelationColumn[]> {
  const { run } = binding;
  const asked = readOptions(relation);
  const named = relation.options.has('format');
  const found = asked.schema && named ? [] : await findFiles({ ...run.context, signal: run.signal }, relation);
  const format = formatOf(relation, found);
  const some = asked.schema ? [] : format.firstFileTells ? found.slice(0, 1) : found;
  const files = await localFiles(run, some);
  const options = await withSchema(run, format, asked, [], files);
  const columns = await format.columns(binding, files, options);
  if (!relation.usesMetadata) return columns;
  const metadata = await run.session.describe(`(SELECT _metadata FROM (${metadataRows([])}))`);
  return [...columns, ...metadata];
}

/** The options with the columns that the files were found to have, where they say none. */
async function withSchema(
  run: Run,
  { infer }: FileFormat,
  options: ReadOptions,
  before: readonly FoundFile[],
  files: readonly LocalFile[],
): Promise<ReadOptions> {
  if (options.schema || !infer) return options;
  const earlier = await localFiles(run, before);
  const schema = await remembered(run, infer, [...earlier, ...files], options);
  if (earlier.length > 0 && files.length > 0)
    checkSameTypes(await remembered(run, infer, earlier, options), schema, options);
  return { ...options, schema };
}

/** Inferred schemas that are kept. */
const mostRemembered = 200;

async function remembered(
  { context }: Run,
  infer: NonNullable<FileFormat['infer']>,
  files: readonly LocalFile[],
  options: ReadOptions,
): Promise<readonly DeltaField[]> {
  const versions = files.map(({ url, etag }) => [url, etag]);
  const key = JSON.stringify([versions, [...options.relation.options]]);
  const { inferredSchemas: known } = context;
  const found = known.get(key) ?? infer(files, options);
  known.delete(key);
  known.set(key, found);
  for (const oldest of [...known.keys()].slice(0, known.size - mostRemembered)) known.delete(oldest);
  try {
    return await found;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

/** The format that is asked for, or that all files' names say. */
function formatOf(relation: FilesRelation, found: readonly FoundFile[]): FileFormat {
  const ends = new Set(found.map(({ url }) => endings.find(([ending]) => ending.test(url))?.[1]));
  const told = ends.size === 1 ? [...ends][0] : undefined;
  const name = relation.options.get('format')?.toLowerCase() ?? told;
  const format = name === undefined ? undefined : formats[name];
  if (!format) throw unknownFormat(relation, name);
  checkOptions(relation, format, name ?? '');
  return format;
}

async function localFiles({ context, signal }: Run, found: readonly FoundFile[]): Promise<readonly LocalFile[]> {
  return await mapConcurrently(found, 16, async (file) => ({
    ...file,
    localPath: file.onDisk ?? (await context.cache.file(file, signal)),
  }));
}

/** The hidden column of file-based sources: a file is one block here, as it is in Spark below 128 MB. */
function metadataRows(files: readonly LocalFile[]): string {
  const columns = 'file_path, file_name, file_size, file_block_start, file_block_length, file_modification_time';
  const pack = columns
    .split(', ')
    .map((name) => `${quoteIdentifier(name)} := ${name}`)
    .join(', ');
  const rows = files.map(({ localPath, url, size, modifiedAt }) => {
    const fileName = url.slice(url.lastIndexOf('/') + 1);
    const values = [localPath, url, fileName].map(quoteLiteral).join(', ');
    return `(${values}, ${size}::BIGINT, 0::BIGINT, ${size}::BIGINT, make_timestamptz(${modifiedAt.getTime()} * 1000))`;
  });
  const none = `(NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, 0::BIGINT, 0::BIGINT, 0::BIGINT, NULL::TIMESTAMP WITH TIME ZONE)`;
  const values = rows.length > 0 ? rows.join(', ') : none;
  return `SELECT __file, struct_pack(${pack}) AS _metadata FROM (VALUES ${values}) AS t(__file, ${columns})`;
}

function checkOptions(relation: FilesRelation, format: FileFormat, name: string): void {
  const unknown = [...relation.options.keys()].filter((key) => !format.options.has(key) && !discoveryOptions.has(key));
  if (unknown.length === 0) return;
  throw new ExpectedError({
    code: 'engine.option-not-emulated',
    message: `read_files with format ${name} is not emulated with: ${unknown.join(', ')}.`,
    nextStep: `Leave the option out, or run this task on Databricks. Emulated: ${[...format.options].sort().join(', ')}.`,
    range: relation.range,
  });
}

function unknownFormat(relation: FilesRelation, name: string | undefined): ExpectedError {
  return new ExpectedError({
    code: 'engine.option-not-emulated',
    message:
      name === undefined
        ? "read_files without a format is not emulated where the files' names do not all say the same one."
        : `read_files does not read ${name} here.`,
    nextStep: `Say format => with one of ${Object.keys(formats).join(', ')}.`,
    range: relation.range,
  });
}
