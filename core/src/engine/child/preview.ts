import { extname, isAbsolute } from 'node:path';
import { ExpectedError } from '../../base/expected-error.ts';
import { quoteLiteral } from '../../delta/duckdb-types.ts';
import { deltaToSpark } from '../../delta/spark-types.ts';
import { openAvro } from '../../formats/avro.ts';
import { openLocalFile } from '../../formats/range-source.ts';
import type { QueryResult } from '../contract.ts';
import type { PreviewRequest } from '../protocol.ts';
import type { EngineContext, Run } from './context.ts';
import { readQuery } from './query.ts';
import { readVersion, tableScan } from './relations/table.ts';
import type { CallOptions } from './run-script.ts';
import { withRun } from './single-run.ts';

type Preview = (localPath: string, run: Run, request: PreviewRequest) => Promise<QueryResult>;

const throughDuckdb =
  (relation: (path: string) => string): Preview =>
  async (localPath, run, request) => {
    const scope = await run.session.createScope();
    return await readQuery(run, { sql: `SELECT * FROM ${relation(quoteLiteral(localPath))}`, scope }, request);
  };
const parquet = throughDuckdb((path) => `read_parquet(${path}, hive_partitioning = false)`);
const csv = throughDuckdb(
  (path) => `read_csv(${path}, all_varchar = true, ignore_errors = false, null_padding = true, strict_mode = false)`,
);
const json = throughDuckdb((path) => `read_json(${path}, maximum_object_size = 67108864)`);

/** By the file name's extension; a new format is a line here. */
const previews: Readonly<Record<string, Preview>> = {
  '.parquet': parquet,
  '.parq': parquet,
  '.pq': parquet,
  '.csv': csv,
  '.tsv': csv,
  '.json': json,
  '.jsonl': json,
  '.ndjson': json,
  '.avro': previewAvro,
};

/**
 * Rows of one file as it is, without the dialect. Rejects with `engine.preview-unsupported`, `file.not-found`,
 * `engine.statement-failed` for a corrupt file, and as the storage does.
 */
export async function previewFile(
  context: EngineContext,
  request: PreviewRequest,
  options: CallOptions,
): Promise<QueryResult> {
  const preview = previews[extname(request.path).toLowerCase()];
  if (!preview) throw unsupported(request.path);
  return await withRun(context, options, async (run) =>
    preview(await localCopy(context, request.path, options.signal), run, request),
  );
}

/** Rows of a Delta table by its folder. Rejects as reading its log does: `delta.not-a-table`, `delta.unsupported`, ... */
export async function previewTable(
  context: EngineContext,
  request: PreviewRequest,
  options: CallOptions,
): Promise<QueryResult> {
  const location = await context.resolver.path(request.path);
  return await withRun(context, options, async (run) => {
    const snapshot = await readVersion(run, location);
    const sql = await tableScan(context, location, snapshot, run.signal);
    const columns = snapshot.schema.fields.map(({ name, type }) => ({ name, typeText: deltaToSpark(type) }));
    return await readQuery(run, { sql, scope: await run.session.createScope(), columns }, request);
  });
}

async function localCopy(context: EngineContext, path: string, signal: AbortSignal | undefined): Promise<string> {
  if (isAbsolute(path) && !path.startsWith('/Volumes/')) {
    await using source = await openLocalFile(path);
    return source.name;
  }
  const place = await context.resolver.path(path);
  const { etag, size } = await context.storage.properties(place, { signal });
  return await context.cache.file({ place, etag, size }, signal);
}

async function previewAvro(localPath: string, run: Run, request: PreviewRequest): Promise<QueryResult> {
  const started = performance.now();
  await using source = await openLocalFile(localPath);
  const file = await openAvro(source, run.signal);
  const { rows, more } = await file.readRows(request.offset ?? 0, request.maxRows, run.signal);
  return { columns: file.columns, rows, truncated: more, seconds: (performance.now() - started) / 1000 };
}

function unsupported(path: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.preview-unsupported',
    message: `${path} is of no format that can be shown.`,
    nextStep: `Open a file that ends in one of ${Object.keys(previews).join(', ')}.`,
  });
}
