/** The analysing thread: it parses what a person types, so that the extension host never does. */
import { parentPort } from 'node:worker_threads';
import { notebookCells } from '@medallion/core/project/notebook-cells.ts';
import type { AnalyzedStatement, Dialect } from '@medallion/core/sql/contract.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import type { SourceRange } from '@medallion/core/base/diagnostic.ts';
import { completions } from '@medallion/core/sql/editor/completions.ts';
import { duckdbText } from '@medallion/core/sql/editor/duckdb-text.ts';
import { hover } from '@medallion/core/sql/editor/hover.ts';
import { lineage } from '@medallion/core/sql/editor/lineage.ts';
import type { AnalysisAnswer, AnalysisRequest, Question, Questions } from './messages.ts';

const dialect = createDialect();

type Answers = { readonly [Q in Question]: (asked: Questions[Q]['asked']) => MaybePromise<Questions[Q]['answer']> };
type MaybePromise<T> = T | Promise<T>;

const answers: Answers = {
  analyze: async ({ text, file }) => analyze(await dialect, text, file),
  completions: ({ lake, offset, ...source }) => completions(source, offset, lake),
  hover: ({ lake, offset, ...source }) => hover(source, offset, lake),
  duckdbText: ({ lake, ...source }) => duckdbText(source, lake),
  lineage: ({ sources, lake }) => lineage(sources, lake),
};

parentPort?.on('message', (request: AnalysisRequest) => {
  answer(request).then(
    (found) => reply({ id: request.id, answer: found }),
    (error: unknown) =>
      reply({ id: request.id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function reply(message: AnalysisAnswer): void {
  parentPort?.postMessage(message);
}

async function answer<Q extends Question>({ question, asked }: AnalysisRequest<Q>): Promise<Questions[Q]['answer']> {
  return await answers[question](asked);
}

/** A file that is all SQL, or a notebook's cells of SQL with their lines in the file. */
function analyze(sql: Dialect, text: string, file: string): readonly AnalyzedStatement[] {
  const cells = notebookCells(file, text);
  if (!cells) return sql.analyze({ text, file });
  return cells
    .filter(({ language }) => language === 'sql')
    .flatMap((cell) => {
      const lineInFile = (line: number) => cell.lines[line - 1] ?? cell.lines.at(-1) ?? 1;
      return sql.analyze({ text: cell.text, file }).map((statement) => moved(statement, lineInFile));
    });
}

function moved(statement: AnalyzedStatement, lineInFile: (line: number) => number): AnalyzedStatement {
  const at = ({ start, end, file }: SourceRange): SourceRange => ({
    file,
    start: { ...start, line: lineInFile(start.line) },
    ...(end ? { end: { ...end, line: lineInFile(end.line) } } : {}),
  });
  const diagnostics = statement.diagnostics.map((one) => (one.range ? { ...one, range: at(one.range) } : one));
  return { ...statement, range: at(statement.range), diagnostics };
}
