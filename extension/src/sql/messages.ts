import type { AnalyzedStatement } from '@medallion/core/sql/contract.ts';
import type { Completion } from '@medallion/core/sql/editor/completions.ts';
import type { DuckdbStatement } from '@medallion/core/sql/editor/duckdb-text.ts';
import type { Hover } from '@medallion/core/sql/editor/hover.ts';
import type { KnownLake } from '@medallion/core/sql/editor/known-lake.ts';
import type { Lineage } from '@medallion/core/sql/editor/lineage.ts';
import type { JobSource } from '@medallion/core/sql/editor/read-job.ts';

export interface SourceText {
  readonly text: string;
  readonly file: string;
}

export interface TextAndLake extends SourceText {
  readonly lake: KnownLake;
}

/** What the analysing thread may be asked, and what it answers. */
export interface Questions {
  readonly analyze: { readonly asked: SourceText; readonly answer: readonly AnalyzedStatement[] };
  readonly completions: {
    readonly asked: TextAndLake & { readonly offset: number };
    readonly answer: readonly Completion[];
  };
  readonly hover: { readonly asked: TextAndLake & { readonly offset: number }; readonly answer: Hover | undefined };
  readonly duckdbText: { readonly asked: TextAndLake; readonly answer: readonly DuckdbStatement[] };
  readonly lineage: {
    readonly asked: { readonly file: string; readonly sources: readonly JobSource[]; readonly lake: KnownLake };
    readonly answer: Lineage;
  };
}

export type Question = keyof Questions;

export interface AnalysisRequest<Q extends Question = Question> {
  readonly id: number;
  readonly question: Q;
  readonly asked: Questions[Q]['asked'];
}

export type AnalysisAnswer =
  | { readonly id: number; readonly answer: Questions[Question]['answer'] }
  /** A defect of the dialect, with its stack. */
  | { readonly id: number; readonly bug: string };
