import type { FileMetaData, SchemaElement } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import type { Cell } from '../base/cell.ts';
import { boundCell } from './parquet-cells.ts';

export interface ParquetChunk {
  /** Dotted path of the leaf column. */
  readonly path: string;
  readonly codec: string;
  readonly encodings: readonly string[];
  /** Bytes. */
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly values: number;
  readonly nulls?: number;
  readonly min?: Cell;
  readonly max?: Cell;
}

export interface ParquetRowGroup {
  readonly firstRow: number;
  readonly rows: number;
  /** Bytes, of all columns. */
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly columns: readonly ParquetChunk[];
}

/** @param bytes the footer as the file has it: bounds are taken from there, because hyparquet rounds decimals and times. */
export function describeRowGroups(metadata: FileMetaData, bytes: Uint8Array): ParquetRowGroup[] {
  const statistics = rawStatistics(bytes);
  const leaves = metadata.schema.filter((element) => element.type !== undefined);
  let firstRow = 0;
  return metadata.row_groups.map((group, groupIndex) => {
    const columns = group.columns.flatMap(({ meta_data: meta }, index): ParquetChunk[] => {
      if (!meta) return [];
      const element = leaves[index];
      const found = statistics[groupIndex]?.[index];
      return [
        {
          path: meta.path_in_schema.join('.'),
          codec: meta.codec.toLowerCase(),
          encodings: meta.encodings,
          compressedSize: Number(meta.total_compressed_size),
          uncompressedSize: Number(meta.total_uncompressed_size),
          values: Number(meta.num_values),
          ...(element && found ? bounds(element, found) : {}),
        },
      ];
    });
    const rows = Number(group.num_rows);
    const described = { firstRow, rows, columns, ...sizes(columns) };
    firstRow += rows;
    return described;
  });
}

function sizes(columns: readonly ParquetChunk[]): { compressedSize: number; uncompressedSize: number } {
  return {
    compressedSize: columns.reduce((sum, column) => sum + column.compressedSize, 0),
    uncompressedSize: columns.reduce((sum, column) => sum + column.uncompressedSize, 0),
  };
}

interface RawStatistics {
  readonly nulls: bigint | number | undefined;
  readonly min: Uint8Array | undefined;
  readonly max: Uint8Array | undefined;
}

function bounds(
  element: SchemaElement,
  { nulls, min, max }: RawStatistics,
): Pick<ParquetChunk, 'nulls' | 'min' | 'max'> {
  return {
    ...(nulls === undefined ? {} : { nulls: Number(nulls) }),
    ...(min === undefined ? {} : { min: boundCell(element, min) }),
    ...(max === undefined ? {} : { max: boundCell(element, max) }),
  };
}

/** Statistics by row group and column, from the Thrift structures FileMetaData > RowGroup > ColumnChunk > ColumnMetaData > Statistics. */
function rawStatistics(bytes: Uint8Array): (RawStatistics | undefined)[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const file = deserializeTCompactProtocol({ view, offset: 0 }) as Thrift;
  return list(file['field_4']).map((group) =>
    list(group['field_1']).map((chunk) => {
      const found = struct(struct(chunk['field_3'])?.['field_12']);
      if (!found) return undefined;
      // Fields 1 and 2 are the old bounds, whose order was undefined for binary columns: the new ones only.
      return {
        nulls: found['field_3'] as bigint | undefined,
        max: binary(found['field_5']),
        min: binary(found['field_6']),
      };
    }),
  );
}

type Thrift = Readonly<Record<string, unknown>>;

function struct(value: unknown): Thrift | undefined {
  return typeof value === 'object' && value !== null ? (value as Thrift) : undefined;
}

function list(value: unknown): readonly Thrift[] {
  return Array.isArray(value) ? (value as Thrift[]) : [];
}

function binary(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}
