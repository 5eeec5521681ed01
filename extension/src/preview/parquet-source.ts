import { posix } from 'node:path';
import type { Uri } from 'vscode';
import { type ParquetFile, openParquet } from '@medallion/core/formats/parquet.ts';
import type { ParquetColumn } from '@medallion/core/formats/parquet-schema.ts';
import { countReads, openLakeFile, openLocalFile, type RangeSource } from '@medallion/core/formats/range-source.ts';
import { sizeText } from '@medallion/core/lake/nodes.ts';
import { lakeScheme, placeOf } from '../files/lake-uri.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import type { PreviewFacts, RowGroupRow, SchemaRow } from './messages.ts';
import type { PreviewSource } from './preview-source.ts';

/** A Parquet file by its footer and ranges, from disk or from the lake. Rejects as the format and the storage do. */
export async function openParquetSource(uri: Uri, lake: LocalLake): Promise<PreviewSource> {
  await using opening = new AsyncDisposableStack();
  const counted = countReads(await rangeSource(uri, lake, opening));
  const file = await openParquet(counted);
  const holding = opening.move();
  return {
    facts: describe(posix.basename(uri.path), file),
    readRows: (start, count, signal) => file.readRows(start, count, signal),
    cost: () => `${sizeText(counted.bytesRead)} read in ${counted.reads} ${counted.reads === 1 ? 'range' : 'ranges'}`,
    [Symbol.asyncDispose]: () => holding.disposeAsync(),
  };
}

async function rangeSource(uri: Uri, lake: LocalLake, holding: AsyncDisposableStack): Promise<RangeSource> {
  if (uri.scheme === lakeScheme) return await openLakeFile(lake.storage, placeOf(uri));
  return holding.use(await openLocalFile(uri.fsPath));
}

function describe(title: string, file: ParquetFile): PreviewFacts {
  const groups = file.rowGroups();
  const { columns, rowCount } = file;
  return {
    title,
    columns,
    rowCount,
    facts: [
      `${rowCount.toLocaleString('en')} ${rowCount === 1 ? 'row' : 'rows'}`,
      `${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`,
      `${groups.length} row ${groups.length === 1 ? 'group' : 'groups'}`,
      sizeText(file.byteLength),
      ...(file.createdBy === undefined ? [] : [file.createdBy]),
    ],
    schema: file.schema.flatMap((column) => schemaRows(column, 0)),
    rowGroups: groups.map((group): RowGroupRow => ({
      firstRow: group.firstRow,
      rows: group.rows,
      compressed: sizeText(group.compressedSize),
      uncompressed: sizeText(group.uncompressedSize),
      codecs: [...new Set(group.columns.map(({ codec }) => codec.toLowerCase()))].join(', '),
    })),
  };
}

function schemaRows(column: ParquetColumn, depth: number): SchemaRow[] {
  const { name, logicalType, physicalType, nullable, children } = column;
  return [
    { depth, name, logicalType, physicalType, nullable },
    ...children.flatMap((child) => schemaRows(child, depth + 1)),
  ];
}
