import type { ParquetFile } from '@medallion/core/formats/parquet.ts';
import type { ParquetColumn } from '@medallion/core/formats/parquet-schema.ts';
import { sizeText } from '@medallion/core/lake/nodes.ts';
import type { PreviewFacts, RowGroupRow, SchemaRow } from './messages.ts';

/** What a Parquet file's footer says of itself. */
export function parquetFacts(file: ParquetFile): Partial<PreviewFacts> {
  const groups = file.rowGroups();
  return {
    facts: [
      counted(groups.length, 'row group', 'row groups'),
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

/** `1 row`, `1,250 rows` */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function schemaRows(column: ParquetColumn, depth: number): SchemaRow[] {
  const { name, logicalType, physicalType, nullable, children } = column;
  return [
    { depth, name, logicalType, physicalType, nullable },
    ...children.flatMap((child) => schemaRows(child, depth + 1)),
  ];
}
