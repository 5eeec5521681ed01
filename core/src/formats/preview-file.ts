import type { Cell } from '../base/cell.ts';

export interface PreviewColumn {
  readonly name: string;
  /** In the format's own words: `decimal(18,4)`, `string`. */
  readonly typeText: string;
}

export interface PreviewRows {
  readonly rows: readonly (readonly Cell[])[];
  /** True where rows follow these. */
  readonly more: boolean;
}

/** An opened file as the preview's grid needs it, whatever its format. */
export interface PreviewFile {
  readonly columns: readonly PreviewColumn[];
  /** Absent where only reading to the end would tell. */
  readonly rowCount?: number;
  /** Rows `start` to `start + count`, exact and ready to show. */
  readRows(start: number, count: number, signal?: AbortSignal): Promise<PreviewRows>;
}
