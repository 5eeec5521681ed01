import type { Cell } from '@medallion/core/base/cell.ts';

/** What the preview's page and the extension say to each other. The page is plain JavaScript: webview/preview.js. */
export interface PreviewFacts {
  readonly title: string;
  readonly columns: readonly { readonly name: string; readonly typeText: string }[];
  /** Absent where it is not known. */
  readonly rowCount?: number;
  /** Short facts for the line below the title: `2 row groups`, `48 kB`. */
  readonly facts: readonly string[];
  /** Absent for what is no single file. */
  readonly schema?: readonly SchemaRow[];
  readonly rowGroups?: readonly RowGroupRow[];
}

export interface SchemaRow {
  readonly depth: number;
  readonly name: string;
  readonly logicalType: string;
  readonly physicalType: string;
  readonly nullable: boolean;
}

export interface RowGroupRow {
  readonly firstRow: number;
  readonly rows: number;
  readonly compressed: string;
  readonly uncompressed: string;
  readonly codecs: string;
}

export type ToPage =
  | ({ readonly kind: 'open'; readonly restore: unknown } & PreviewFacts)
  | {
      readonly kind: 'rows';
      readonly start: number;
      readonly rows: readonly (readonly Cell[])[];
      readonly more: boolean;
      /** What reading has cost so far, for people. */
      readonly cost: string;
    }
  /** The source is another one, which is shown from its first row, or may be there again. */
  | { readonly kind: 'changed'; readonly isOther: boolean }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly message: string;
      readonly nextStep: string;
      /** Where starting local Azure is the way out. */
      readonly canStart: boolean;
    };

export type FromPage =
  /** The page stands, perhaps again after it was out of sight. */
  | { readonly kind: 'ready' }
  /** The source is to be opened anew. */
  | { readonly kind: 'reload' }
  | { readonly kind: 'start' }
  | { readonly kind: 'rows'; readonly start: number; readonly count: number }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'copyCsv' };

const MAX_COUNT = 1000;

/** Judges a message of the page; undefined for what it never sends. */
export function readMessage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, start, count, text } = message as Readonly<Record<string, unknown>>;
  if (kind === 'ready' || kind === 'reload' || kind === 'start' || kind === 'copyCsv') return { kind };
  if (kind === 'copy' && typeof text === 'string') return { kind, text };
  if (kind !== 'rows' || !isIndex(start) || !isIndex(count)) return undefined;
  return { kind, start, count: Math.min(count, MAX_COUNT) };
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
