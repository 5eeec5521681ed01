import { posix } from 'node:path';
import type { AnalyzedStatement, Dialect, SampleData } from '../sql/contract.ts';
import { notebookCells } from '../project/notebook-cells.ts';
import { isSqlOnly } from '../project/notebook-script.ts';
import { withoutWidgets } from '../project/notebook-widgets.ts';
import { withUnknownValues } from '../project/text-values.ts';
import { looseSql, streamedInto } from './loose-sql.ts';
import type { ScanItem } from './scan.generated.ts';

export interface ScannedSql {
  readonly items: readonly ScanItem[];
  /** Schemas of the tables that the statements read and write, as written. */
  readonly schemas: readonly string[];
}

/** Judges every SQL statement of one file: a plain `.sql` file, a SQL notebook, or the SQL cells of another notebook. */
export function scanSqlText(file: string, text: string, dialect: Pick<Dialect, 'analyze'>): ScannedSql {
  const cells = notebookCells(file, text);
  if (!cells) return /\.sql$/i.test(file) ? judged(file, dialect.analyze({ text, file }), (line) => line, false) : none;
  const onEngine = isSqlOnly(cells);
  const parts = cells
    .filter(({ language }) => language === 'sql')
    .map((cell) => {
      const lineInFile = (line: number): number => cell.lines[line - 1] ?? cell.lines.at(-1) ?? 1;
      return judged(
        file,
        dialect.analyze({ text: withUnknownValues(withoutWidgets(cell.text).text), file }),
        lineInFile,
        !onEngine,
      );
    });
  return { items: parts.flatMap(({ items }) => items), schemas: parts.flatMap(({ schemas }) => schemas) };
}

/** A `.sql` file that nothing of the bundle names: what a program makes of it decides, as far as its text tells. */
export function scanLooseSql(file: string, text: string, dialect: Pick<Dialect, 'analyze'>): ScannedSql {
  if (!/\.sql$/i.test(file) || notebookCells(file, text)) return scanSqlText(file, text, dialect);
  const loose = looseSql(text);
  if (loose.kind === 'databricks') return scanSqlText(file, text, dialect);
  if (loose.kind === 'foreign') {
    const reason = `${loose.dialect} (${loose.words}), which ${loose.spokenBy} speaks, is not Databricks SQL`;
    const item = { kind: 'note', name: posix.basename(file), file, line: 1, verdict: 'refused' } as const;
    return { items: [{ ...item, code: 'scan.other-dialect', reason }], schemas: [] };
  }
  const { items, schemas } = scanSqlText(file, loose.text, dialect);
  const reason = `a program ${loose.how}, and no task names the file`;
  const own = items.map((one) => ({ ...one, name: one.name.replace(streamedInto, '') }));
  return { items: own.map((one) => (one.code === '' ? { ...one, code: 'scan.template', reason } : one)), schemas };
}

const none: ScannedSql = { items: [], schemas: [] };

function judged(
  file: string,
  statements: readonly AnalyzedStatement[],
  lineInFile: (line: number) => number,
  inNotebook: boolean,
): ScannedSql {
  return {
    items: statements.map((statement) => toItem(file, statement, lineInFile, inNotebook)),
    schemas: statements.flatMap(({ reads, writes }) =>
      [...reads, ...(writes ? [writes] : [])].flatMap(({ schema }) => (schema === undefined ? [] : [schema])),
    ),
  };
}

function toItem(
  file: string,
  statement: AnalyzedStatement,
  lineInFile: (line: number) => number,
  inNotebook: boolean,
): ScanItem {
  const item = { kind: 'statement' as const, name: statementName(statement.text), file };
  const [problem] = statement.diagnostics;
  const line = lineInFile((inNotebook ? undefined : problem?.range?.start.line) ?? statement.range.start.line);
  if (inNotebook) {
    const reason = 'it stands in a notebook that needs Spark';
    return { ...item, line, verdict: 'spark', code: 'scan.needs-spark', reason };
  }
  if (statement.diagnostics.length > 0 && statement.diagnostics.every(({ code }) => code === 'sql.pipeline-only'))
    return { ...item, line, verdict: 'spark', code: 'scan.needs-spark', reason: problem?.message ?? '' };
  if (statement.verdict === 'refused') {
    const more = statement.diagnostics.length > 1 ? ` (and ${statement.diagnostics.length - 1} more)` : '';
    const reason = `${problem?.message ?? 'This statement is not emulated.'}${more}`;
    return { ...item, line, verdict: 'refused', code: problem?.code ?? 'sql.not-emulated', reason };
  }
  const [needed] = statement.needs ?? [];
  const remark = needed ? { code: 'sql.sample-data', reason: once(needed) } : { code: '', reason: '' };
  return { ...item, line, verdict: 'here', ...remark };
}

/** Databricks' own sample data is on no laptop; what stands for it is the user's to put there. */
function once(needed: SampleData): string {
  switch (needed.kind) {
    case 'folder':
      return `runs here once .medallion/dbfs${needed.path} holds files that stand for Databricks' sample data`;
    case 'catalog':
      return `runs here once ${needed.name} is made on this machine, to stand for Databricks' sample data`;
  }
}

/** The statement's beginning without comments, on one line. */
function statementName(text: string): string {
  const bare = text
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/^\s*--.*$/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return bare.length > 60 ? `${bare.slice(0, 57)}...` : bare;
}
