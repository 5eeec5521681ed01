/** A span of the source text in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A finding before it has a file: what is wrong, where in the text, and what to do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly nextStep: string;
}

/** Ends the parse of one statement; never leaves `core/sql`. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function syntaxProblem(message: string, span: Span): ProblemError {
  return new ProblemError({ code: 'sql.syntax', message, span, nextStep: 'Correct the statement at this position.' });
}

/** What Databricks may understand and this dialect does not emulate. */
export function notEmulated(what: string, span: Span, nextStep?: string): ProblemError {
  return new ProblemError({
    code: 'sql.not-emulated',
    message: `${what} is not emulated locally.`,
    span,
    nextStep: nextStep ?? 'Rewrite it with what is emulated, or run this task with Spark.',
  });
}
