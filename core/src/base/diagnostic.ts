export type Severity = 'error' | 'warning' | 'information';

/** A place in a text file. Lines and columns count from 1, columns in UTF-16 code units, as editors show them. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** Where something stands: a file (absolute, or relative to the project) and, where known, the span in it. */
export interface SourceRange {
  readonly file: string;
  readonly start: SourcePosition;
  readonly end?: SourcePosition;
}

/** One finding about the user's input. Validation returns lists of these; it neither throws nor stops at the first. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable and searchable: `<area>.<kebab-case-problem>`, such as `sql.not-emulated`. */
  readonly code: string;
  readonly message: string;
  readonly range?: SourceRange;
  /** What the user does next, as an instruction. */
  readonly nextStep?: string;
}

/** `file:line:column: message [code]`, the form that terminals and editors turn into a link. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { range } = diagnostic;
  const where = range ? `${range.file}:${range.start.line}:${range.start.column}: ` : '';
  const next = diagnostic.nextStep ? `\n  -> ${diagnostic.nextStep}` : '';
  return `${where}${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]${next}`;
}
