import type { AnalyzedStatement } from '@medallion/core/sql/contract.ts';

/** What the analysing thread is asked, and what it answers. */
export interface AnalysisRequest {
  readonly id: number;
  readonly text: string;
  readonly file: string;
}

export type AnalysisAnswer =
  | { readonly id: number; readonly statements: readonly AnalyzedStatement[] }
  /** A defect of the dialect, with its stack. */
  | { readonly id: number; readonly bug: string };
