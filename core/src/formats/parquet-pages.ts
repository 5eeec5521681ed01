import type { ColumnChunk, FileMetaData, RowGroup, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { mapConcurrently } from '../base/concurrency.ts';
import { type HeldRange, servedFromMemory } from './held-ranges.ts';
import type { RangeSource } from './range-source.ts';

export interface LeadingPages {
  readonly source: RangeSource;
  readonly metadata: FileMetaData;
}

/** What is read of a column chunk at first; doubled until it holds the pages that are needed. */
const FIRST_READ = 32 * 1024;

/**
 * Narrows the column chunks of the row group that holds these rows to their leading pages, so that the first rows of a row group of
 * 128 MB cost some pages and not all of it. For chunks without an offset index (hyparquet uses that where it is) whose values are
 * the rows. What was fetched to find the page borders is served from memory.
 */
export async function leadingPages(
  source: RangeSource,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
  signal?: AbortSignal,
): Promise<LeadingPages> {
  const fetched: HeldRange[] = [];
  let firstRow = 0;
  const rowGroups: RowGroup[] = [];
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const wanted = Math.min(rowEnd - firstRow, rows);
    // Beyond the middle most pages are needed anyway.
    const isNarrow = rowStart < firstRow + rows && wanted > 0 && wanted < rows / 2;
    rowGroups.push(isNarrow ? await narrowGroup(source, metadata, group, wanted, fetched, signal) : group);
    firstRow += rows;
  }
  return { source: servedFromMemory(source, fetched), metadata: { ...metadata, row_groups: rowGroups } };
}

async function narrowGroup(
  source: RangeSource,
  metadata: FileMetaData,
  group: RowGroup,
  rows: number,
  fetched: HeldRange[],
  signal?: AbortSignal,
): Promise<RowGroup> {
  const flat = new Set(topLevelLeaves(metadata.schema));
  const columns = await mapConcurrently(group.columns, 16, async (chunk) => {
    const meta = chunk.meta_data;
    const [name, ...below] = meta?.path_in_schema ?? [];
    const canNarrow = name !== undefined && below.length === 0 && flat.has(name) && !chunk.offset_index_offset;
    if (!meta || !canNarrow || Number(meta.total_compressed_size) <= FIRST_READ) return chunk;
    return await narrowChunk(source, chunk, meta, rows, fetched, signal);
  });
  return { ...group, columns };
}

async function narrowChunk(
  source: RangeSource,
  chunk: ColumnChunk,
  meta: NonNullable<ColumnChunk['meta_data']>,
  rows: number,
  fetched: HeldRange[],
  signal?: AbortSignal,
): Promise<ColumnChunk> {
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  const size = Number(meta.total_compressed_size);
  let bytes = new Uint8Array(0);
  for (let target = FIRST_READ; ;) {
    const length = Math.min(target, size);
    bytes = joined(bytes, await source.slice(start + bytes.byteLength, start + length, signal));
    const { border, isWhole } = pageBorder(bytes, rows);
    if (isWhole) {
      fetched.push({ start, bytes: bytes.subarray(0, border) });
      return { ...chunk, meta_data: { ...meta, total_compressed_size: BigInt(border) } };
    }
    if (length === size) {
      fetched.push({ start, bytes });
      return chunk;
    }
    target = Math.max(border, length + FIRST_READ);
  }
}

/** Where the page ends that holds the last of `rows`; where not whole, the end of the last page whose header these bytes hold. */
function pageBorder(bytes: Uint8Array, rows: number): { border: number; isWhole: boolean } {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  let seen = 0;
  let border = 0;
  while (seen < rows) {
    try {
      const header = parquetHeader(reader);
      seen += header.data_page_header?.num_values ?? header.data_page_header_v2?.num_rows ?? 0;
      border = reader.offset + header.compressed_page_size;
      reader.offset = border;
    } catch (error) {
      // The header is cut off by the end of these bytes; one that is damaged fails again when its page is read.
      if (error instanceof Error) return { border, isWhole: false };
      throw error;
    }
    if (border > bytes.byteLength) return { border, isWhole: false };
  }
  return { border, isWhole: true };
}

/** Names of columns that are neither nested nor repeated: one value a row. */
function topLevelLeaves(schema: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  let at = 1;
  for (let child = 0; child < (schema[0]?.num_children ?? 0); child++) {
    const element = schema[at];
    if (element && !element.num_children && element.repetition_type !== 'REPEATED') names.push(element.name);
    at = subtreeEnd(schema, at);
  }
  return names;
}

function subtreeEnd(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = subtreeEnd(schema, next);
  return next;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
