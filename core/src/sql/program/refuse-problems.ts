import { ExpectedError } from '../../base/expected-error.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Problem } from '../syntax/problem.ts';
import type { SourceMap } from '../syntax/source-map.ts';

/** @throws ExpectedError where there is a problem. */
export function expectNone(map: SourceMap, problems: readonly Problem[]): void {
  if (problems.length > 0) throw refusal(problems.map((problem) => map.diagnostic(problem)));
}

/** A text that is refused, with the first reason as its message. */
export function refusal(diagnostics: readonly Diagnostic[]): ExpectedError {
  const [first] = diagnostics;
  const others = diagnostics.length - 1;
  return new ExpectedError({
    code: first?.code ?? 'sql.not-emulated',
    message: `${first?.message ?? 'The text cannot be compiled.'}${others > 0 ? ` (and ${others} more)` : ''}`,
    nextStep: first?.nextStep ?? 'Change the statement, or run this task on Databricks.',
    range: first?.range,
    diagnostics,
  });
}
