import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import type { Project } from '../project/project.ts';
import type { ResolvedBundle } from '../project/resolve-bundle.ts';
import type { AnalyzedStatement } from '../sql/contract.ts';

/** What the rules judge: a project as one environment sees it. */
export interface RuleContext {
  readonly project: Project;
  readonly bundles: readonly ResolvedBundle[];
  /** The statements of the SQL files that tasks run, by file. */
  readonly taskSql: ReadonlyMap<string, readonly AnalyzedStatement[]>;
}

/** One rule: a pure judgement where it can be, never an exception. */
export type Rule = (context: RuleContext) => readonly Diagnostic[] | Promise<readonly Diagnostic[]>;

export function finding(
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  range: SourceRange,
  nextStep: string,
): Diagnostic {
  return { severity, code, message, range, nextStep };
}
