import type { PreviewRows } from '@medallion/core/formats/preview-file.ts';
import type { PreviewFacts } from './messages.ts';

/** What the grid shows, a file or a table. Disposing it closes what it holds open. */
export interface PreviewSource extends AsyncDisposable {
  readonly facts: PreviewFacts;
  readRows(start: number, count: number, signal: AbortSignal): Promise<PreviewRows>;
  /** What reading has cost so far, for people: `12 kB read in 3 ranges`. */
  cost(): string;
}
