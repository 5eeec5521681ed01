import type { StoragePlace } from '../azure/storage.ts';
import type { PartitionValues } from '../delta/actions.ts';
import type { TableName } from './names.ts';

/** A layer of the project's map: its container and, where tables are in the catalog, its schema. */
export interface LakeLayer {
  readonly name: string;
  readonly container: string;
  readonly schema?: string;
}

export type TableFormat = 'DELTA' | 'PARQUET' | 'CSV' | 'JSON' | 'AVRO';

/** A node of the lakehouse tree. Plain data with an id that is stable over reloads; switched without `default`. */
export type LakeNode = { readonly id: string } & (
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'layer'; readonly layer: LakeLayer }
  | { readonly kind: 'container'; readonly container: string }
  | { readonly kind: 'folder'; readonly place: StoragePlace }
  | TableNode
  | PartitionNode
  | FileNode
  /** The rest of a long list: its children are the next page. */
  | { readonly kind: 'more'; readonly of: LakeNode; readonly offset: number; readonly remaining?: number }
  /** Discovery stopped at its bound: not everything is shown. */
  | { readonly kind: 'bounded'; readonly message: string }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly nextStep: string }
  | { readonly kind: 'empty'; readonly message: string }
);

export interface TableNode {
  readonly id: string;
  readonly kind: 'table';
  readonly label: string;
  readonly format: TableFormat;
  readonly place: StoragePlace;
  /** Set where the catalog knows it; else it was found by its path. */
  readonly name?: TableName;
}

export interface PartitionNode {
  readonly id: string;
  readonly kind: 'partition';
  /** `day=2026-01-02/country=DE`; NULL is `null`. */
  readonly label: string;
  readonly table: TableNode;
  readonly content:
    | {
        readonly by: 'log';
        readonly version: number;
        readonly values: PartitionValues;
        readonly files: number;
        readonly bytes: number;
      }
    | { readonly by: 'path'; readonly place: StoragePlace };
}

export interface FileNode {
  readonly id: string;
  readonly kind: 'file';
  readonly label: string;
  readonly place: StoragePlace;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** `0 B`, `999 B`, `1.5 kB`: decimal units, as Azure's portal. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${UNITS[power - 1] ?? ''}`;
}

const AGES: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** `3 d`, `5 h`, `2 min`; `now` below a second and for clocks that differ. */
export function ageText(modifiedAt: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - modifiedAt.getTime()) / 1000);
  const unit = AGES.find(([size]) => seconds >= size);
  return unit ? `${Math.floor(seconds / unit[0])} ${unit[1]}` : 'now';
}
