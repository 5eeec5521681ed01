/** What long work tells whoever watches: the CLI draws lines or bars from it, the extension its progress and tree. */
export type ProgressEvent =
  | { readonly kind: 'started'; readonly step: string; readonly title: string }
  | {
      readonly kind: 'advanced';
      readonly step: string;
      readonly done: number;
      /** Absent where the end is not known. */
      readonly total?: number;
      /** What is counted: `rows`, `events`, `bytes`, `files`. */
      readonly unit: string;
    }
  | { readonly kind: 'finished'; readonly step: string; readonly seconds: number; readonly summary: string }
  | { readonly kind: 'failed'; readonly step: string; readonly seconds: number; readonly message: string };

export type ReportProgress = (event: ProgressEvent) => void;

export const noProgress: ReportProgress = () => undefined;
