import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { AnalyzedStatement, StatementKind } from '@medallion/core/sql/contract.ts';

export interface QueryText {
  /** The query with the statements that it stands on, each on its own lines of the file. */
  readonly text: string;
  /** Where the query begins, from 1. */
  readonly line: number;
}

/** What may stand before a query without a trace in the lake: a grid runs it again for each page. */
const harmless: readonly StatementKind[] = ['useCatalog', 'useSchema', 'setConfiguration', 'createTemporaryView'];

/**
 * The query at a line of a file, with the USE, SET and temporary views before it. Everything else becomes blanks, so that a
 * refusal's line is the file's.
 * @param line from 1
 * @throws ExpectedError `query.none`, `query.writes`
 */
export function queryAt(text: string, statements: readonly AnalyzedStatement[], line: number): QueryText {
  const chosen = statements.findLast(({ range }) => range.start.line <= line) ?? statements[0];
  if (!chosen) throw noQuery();
  if (chosen.kind !== 'query') throw writes(chosen);
  const before = statements.slice(0, statements.indexOf(chosen)).filter(({ kind }) => harmless.includes(kind));
  return { text: onlyThese(text, [...before, chosen]), line: chosen.range.start.line };
}

function onlyThese(text: string, kept: readonly AnalyzedStatement[]): string {
  const starts = lineStarts(text);
  let end = 0;
  let out = '';
  for (const { range, text: own } of kept) {
    const start = (starts[range.start.line - 1] ?? 0) + range.start.column - 1;
    out += blank(text.slice(end, start)) + own;
    end = start + own.length;
    if (own !== kept.at(-1)?.text) out += ';';
  }
  return out;
}

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ');
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
}

function noQuery(): ExpectedError {
  return new ExpectedError({
    code: 'query.none',
    message: 'There is no statement here.',
    nextStep: 'Put the cursor into a query, or select one.',
  });
}

function writes({ kind, range }: AnalyzedStatement): ExpectedError {
  return new ExpectedError({
    code: 'query.writes',
    message: `The statement on line ${range.start.line} (${kind}) is no query.`,
    nextStep: 'Put the cursor into a query, or run the statement as a task of a job.',
  });
}
