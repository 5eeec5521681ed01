import type { Diagnostic, SourcePosition, SourceRange } from '../../base/diagnostic.ts';
import type { SqlSource, TableReference } from '../contract.ts';
import { notEmulated, type Problem, type Span } from '../syntax/problem.ts';

/** A span of the text as a range of the file in which the text stands. */
export function rangeOf(source: SqlSource, { start, end }: Span): SourceRange {
  return { file: source.file, start: positionOf(source, start), end: positionOf(source, Math.max(start, end)) };
}

function positionOf({ text, firstLine = 1 }: SqlSource, offset: number): SourcePosition {
  const before = text.slice(0, offset);
  return { line: firstLine + before.split('\n').length - 1, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

export function diagnosticOf(source: SqlSource, { code, message, span, nextStep }: Problem): Diagnostic {
  return { severity: 'error', code, message, range: rangeOf(source, span), nextStep };
}

/** `c.s.t`, `s.t` or `t`. @throws ProblemError for more levels. */
export function tableReference(
  source: SqlSource,
  parts: readonly { readonly text: string }[],
  span: Span,
): TableReference {
  const [table, schema, catalog, extra] = parts.map(({ text }) => text).reverse();
  if (table === undefined || extra !== undefined) throw notEmulated('A table name with more than three parts', span);
  const range = rangeOf(source, span);
  return { table, range, ...(schema === undefined ? {} : { schema }), ...(catalog === undefined ? {} : { catalog }) };
}
