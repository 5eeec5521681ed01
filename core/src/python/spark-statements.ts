import { ExpectedError } from '../base/expected-error.ts';
import type { SqlSource } from '../sql/contract.ts';
import { tokenize } from '../sql/syntax/lexer.ts';
import { ProblemError, type Span } from '../sql/syntax/problem.ts';
import { SourceMap } from '../sql/syntax/source-map.ts';
import { splitStatements, type StatementTokens } from '../sql/syntax/splitter.ts';
import { type Edit, qualifyEdits } from './qualify-text.ts';
import { type FilesCall, filesCalls } from './read-files-text.ts';

/** A statement as open-source Spark reads it. Text that Spark understands is left as it was written, to the letter. */
export interface SparkStatement {
  /** As the user wrote it. */
  readonly text: string;
  readonly spark: string;
  readonly line: number;
  /** Its first words, `createTable` in the manner of the engine's kinds. */
  readonly kind: string;
  /** `read_files` calls: each becomes a temporary view, by whose name `spark` calls it. */
  readonly files: readonly FilesCall[];
}

/** A statement's tokens, and its text as open-source Spark reads it. */
export interface SparkText {
  readonly tokens: StatementTokens;
  readonly text: string;
  readonly files: readonly FilesCall[];
  /** From an offset of the source on. */
  readonly sparkFrom: (start: number) => string;
  readonly sparkBetween: (span: Span) => string;
}

export interface Located {
  readonly line: number;
}

/**
 * The statements of a script for open-source Spark, which has no `USE CATALOG`, no `read_files` and (in 4.0) no `QUALIFY`.
 * @throws ExpectedError `sql.syntax` or `python.sql-not-emulated`
 */
export function sparkStatements(source: SqlSource): readonly SparkStatement[] {
  return sparkTexts(source, ({ tokens, text, files, sparkFrom }, { line }) => ({
    text,
    spark: sparkFrom(tokens[0]?.start ?? 0),
    line,
    kind: kindOf(tokens),
    files,
  }));
}

/**
 * Each statement of a script, read by `read`, whose problems are told at their places.
 * @throws ExpectedError with the problem's own code
 */
export function sparkTexts<T>(source: SqlSource, read: (text: SparkText, place: Located) => T): readonly T[] {
  const map = new SourceMap(source);
  try {
    return splitStatements(tokenize(source.text)).map((tokens, index) => {
      const start = tokens[0]?.start ?? 0;
      const end = tokens.at(-2)?.end ?? start;
      const files = filesCalls(tokens, source.text, index);
      const edits = [
        ...useEdits(tokens),
        ...clusterEdits(tokens),
        ...quoteEdits(tokens, source.text),
        ...files.map(({ edit }) => edit),
        ...qualifyEdits(tokens, source.text),
      ];
      const text: SparkText = {
        tokens,
        text: source.text.slice(start, end),
        files: files.map(({ call }) => call),
        sparkFrom: (from) =>
          applied(
            source.text,
            from,
            end,
            edits.filter((edit) => edit.start >= from),
          ),
        sparkBetween: (span) =>
          applied(
            source.text,
            span.start,
            span.end,
            edits.filter((edit) => edit.start >= span.start && edit.end <= span.end),
          ),
      };
      return read(text, { line: map.range({ start, end }).start.line });
    });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message, nextStep, range } = map.diagnostic(error.problem);
    throw new ExpectedError({ code, message, nextStep: nextStep ?? 'Correct the statement.', range, cause: error });
  }
}

/** `USE CATALOG x`: a name of one part that is a catalog's means the same in `USE x`. */
function useEdits(tokens: StatementTokens): Edit[] {
  const [first, second] = tokens;
  if (first?.keyword !== 'USE' || second?.keyword !== 'CATALOG') return [];
  return [{ start: second.start, end: second.end, text: '' }];
}

/** `CLUSTER BY AUTO` of a new table: Databricks chooses keys by how it is read, and may choose none. */
function clusterEdits(tokens: StatementTokens): Edit[] {
  if (tokens[0]?.keyword !== 'CREATE' && tokens[0]?.keyword !== 'REPLACE') return [];
  return tokens.flatMap((token, at) => {
    const [by, auto] = [tokens[at + 1], tokens[at + 2]];
    if (token.keyword !== 'CLUSTER' || by?.keyword !== 'BY' || auto?.keyword !== 'AUTO') return [];
    return [{ start: token.start, end: auto.end, text: '' }];
  });
}

/** A quote that is doubled within a text: Spark 4.0 takes it for the end of one text and the start of another. */
function quoteEdits(tokens: StatementTokens, text: string): Edit[] {
  return tokens.flatMap(({ kind, start, end }) => {
    const written = text.slice(start, end);
    const quote = written.charAt(0);
    if (kind !== 'string' || (quote !== "'" && quote !== '"') || !written.slice(1, -1).includes(quote + quote))
      return [];
    const inside = written
      .slice(1, -1)
      .replaceAll(/\\[^]|''|""/g, (part) => (part === quote + quote ? `\\${quote}` : part));
    return [{ start, end, text: quote + inside + quote }];
  });
}

/** An edit inside another one's bounds is in that one's text already. */
function applied(text: string, start: number, end: number, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let [result, at] = ['', start];
  for (const edit of ordered) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at, end);
}

function kindOf(tokens: StatementTokens): string {
  const words = tokens.slice(0, 4).map(({ keyword }) => keyword);
  const ignored = new Set(['OR', 'REPLACE', '']);
  const [first = '', second = ''] = words.filter((word) => !ignored.has(word));
  if (first === 'SELECT' || first === 'WITH' || first === 'VALUES') return 'query';
  const word = second.toLowerCase();
  return `${first.toLowerCase()}${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
