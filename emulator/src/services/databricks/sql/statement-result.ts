import type { StatementResult } from '../../../kit/executors.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { columnTypeName } from '../catalog/columns.ts';

/** Rows of one chunk: what a client fetches at a time. */
const chunkRows = 5000;

/** Bytes of a result that is sent inline: the service's limit. */
const inlineLimit = 25 * 1024 * 1024;

/** What a result consists of, before its rows. */
export function manifestOf({ columns, rows, truncated }: StatementResult): JsonObject {
  const count = chunkCount(rows.length);
  return {
    format: 'JSON_ARRAY',
    schema: { column_count: columns.length, columns: columns.map(describeColumn) },
    total_chunk_count: count,
    chunks: Array.from({ length: count }, (_, index) => chunkPlace(rows.length, index)),
    total_row_count: rows.length,
    truncated,
  };
}

/** @throws DatabricksError `INVALID_PARAMETER_VALUE` for a chunk that the result has not. */
export function chunkOf(id: string, { rows }: StatementResult, index: number): JsonObject {
  const count = chunkCount(rows.length);
  if (count === 0 && index === 0) return { row_count: 0 };
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw invalid(`The chunk_index ${index} is not valid: the result has ${count} chunks.`);
  }
  const next = index + 1;
  return {
    ...chunkPlace(rows.length, index),
    ...(next < count
      ? {
          next_chunk_index: next,
          next_chunk_internal_link: `/api/2.0/sql/statements/${id}/result/chunks/${next}?row_offset=${next * chunkRows}`,
        }
      : {}),
    data_array: rows.slice(index * chunkRows, next * chunkRows),
  };
}

/** @throws DatabricksError in the service's words for a result that is too large for the disposition INLINE. */
export function requireInline({ rows }: StatementResult): void {
  let bytes = 0;
  for (const row of rows) for (const cell of row) bytes += (cell?.length ?? 4) + 3;
  if (bytes <= inlineLimit) return;
  throw new DatabricksError(
    'BAD_REQUEST',
    `Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most ${inlineLimit} bytes. Ask for fewer rows with row_limit or LIMIT.`,
  );
}

const chunkCount = (rows: number): number => Math.ceil(rows / chunkRows);

function chunkPlace(rows: number, index: number): JsonObject {
  const offset = index * chunkRows;
  return { chunk_index: index, row_offset: offset, row_count: Math.min(chunkRows, rows - offset) };
}

function describeColumn({ name, typeText }: StatementResult['columns'][number], position: number): JsonObject {
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(typeText) ?? [];
  return {
    name,
    type_text: typeText.toUpperCase(),
    type_name: columnTypeName(typeText) ?? 'USER_DEFINED_TYPE',
    position,
    ...(precision === undefined ? {} : { type_precision: Number(precision), type_scale: Number(scale) }),
  };
}
