import { type FileMetaData, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Cell } from '../base/cell.ts';
import { parquetCell } from './parquet-cells.ts';
import { servedFromMemory } from './held-ranges.ts';
import { asyncBuffer, describeFailure, readFooter } from './parquet-footer.ts';
import { type LeadingPages, leadingPages } from './parquet-pages.ts';
import { describeRowGroups, type ParquetRowGroup } from './parquet-row-groups.ts';
import { describeColumn, type ParquetColumn, type ParquetNode, schemaTree } from './parquet-schema.ts';
import type { PreviewFile } from './preview-file.ts';
import type { RangeSource } from './range-source.ts';

export interface ParquetFile extends PreviewFile {
  readonly byteLength: number;
  readonly rowCount: number;
  readonly createdBy: string | undefined;
  readonly schema: readonly ParquetColumn[];
  /** With statistics and sizes. Computed when asked, as wide files have many. */
  rowGroups(): readonly ParquetRowGroup[];
  readonly keyValues: readonly { readonly key: string; readonly value: string }[];
}

/**
 * Opens a Parquet file by its footer; rows are then read by ranges, never the whole file unless all of it is asked for.
 * Rejects with `parquet.corrupt` or `parquet.encrypted`, here and in `readRows`.
 */
export async function openParquet(source: RangeSource, signal?: AbortSignal): Promise<ParquetFile> {
  const { metadata, bytes, tail } = await readFooter(source, signal);
  const held = servedFromMemory(source, [tail]);
  return await describeFailure(source, 'schema', async () => {
    const root = schemaTree(metadata);
    const schema = root.children.map(describeColumn);
    const rowCount = Number(metadata.num_rows);
    return {
      byteLength: source.byteLength,
      rowCount,
      createdBy: (metadata as { created_by?: string }).created_by,
      schema,
      columns: schema.map(({ name, logicalType }) => ({ name, typeText: logicalType })),
      rowGroups: () => describeRowGroups(metadata, bytes),
      keyValues: (metadata.key_value_metadata ?? []).map(({ key, value }) => ({ key, value: value ?? '' })),
      async readRows(start, count, readSignal) {
        const end = Math.min(start + count, rowCount);
        const rows = start < end ? await readCells(held, metadata, root, start, end, readSignal) : [];
        return { rows, more: end < rowCount };
      },
    };
  });
}

async function readCells(
  source: RangeSource,
  metadata: FileMetaData,
  root: ParquetNode,
  rowStart: number,
  rowEnd: number,
  signal?: AbortSignal,
): Promise<Cell[][]> {
  return await describeFailure(source, `rows ${rowStart} to ${rowEnd}`, async () => {
    const pages: LeadingPages = await leadingPages(source, withoutAnnotations(metadata), rowStart, rowEnd, signal);
    const rows = await parquetReadObjects({
      file: asyncBuffer(pages.source, signal),
      metadata: pages.metadata,
      rowStart,
      rowEnd,
      // Named, so that hyparquet does not read over the gaps between narrowed chunks.
      columns: root.children.map((node) => node.name),
      compressors,
      utf8: false,
      geoparquet: false,
      useOffsetIndex: true,
      parsers: { timestampFromNanoseconds: (nanoseconds) => nanoseconds },
    });
    return rows.map((row) => root.children.map((node) => parquetCell(node, row[node.name])));
  });
}

/**
 * hyparquet would turn decimals into numbers, timestamps into milliseconds and maps into objects with text keys, and throws on
 * INTERVAL. Without the annotations it hands out what the file holds, and `parquetCell` makes exact cells of that.
 */
function withoutAnnotations(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    const plain = { ...element };
    delete plain.converted_type;
    delete plain.logical_type;
    return plain;
  });
  return { ...metadata, schema };
}
