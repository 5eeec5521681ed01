import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatDiagnostic } from '@medallion/core/base/diagnostic.ts';
import type { DuckdbStatement } from '@medallion/core/sql/editor/duckdb-text.ts';
import { lineageText } from '@medallion/core/sql/editor/lineage-text.ts';
import type { ProjectSql } from './project-sql.ts';
import type { SqlAnalysis } from './sql-analysis.ts';

const duckdbScheme = 'medallion-duckdb';
const lineageScheme = 'medallion-lineage';
const settleMilliseconds = 300;

/** Read-only documents about a file of SQL: what DuckDB is asked, and where columns come from. They follow their source. */
export class SqlDocuments implements vscode.Disposable {
  readonly #analysis: SqlAnalysis;
  readonly #project: ProjectSql;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #all: vscode.Disposable;
  readonly #settling = new Map<string, NodeJS.Timeout>();

  constructor(analysis: SqlAnalysis, project: ProjectSql) {
    this.#analysis = analysis;
    this.#project = project;
    const { workspace, languages } = vscode;
    const onDidChange = this.#changed.event;
    this.#all = vscode.Disposable.from(
      this.#changed,
      workspace.registerTextDocumentContentProvider(duckdbScheme, {
        onDidChange,
        provideTextDocumentContent: (uri) => this.#duckdb(vscode.Uri.parse(uri.query)),
      }),
      workspace.registerTextDocumentContentProvider(lineageScheme, {
        onDidChange,
        provideTextDocumentContent: async () => lineageText(await this.#project.lineage()),
      }),
      workspace.onDidChangeTextDocument(({ document }) => this.#later(document.uri)),
      workspace.onDidSaveTextDocument(() => this.#changed.fire(lineageUri())),
      languages.registerDocumentLinkProvider({ scheme: lineageScheme }, { provideDocumentLinks: links }),
    );
  }

  async showDuckdb(source: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(duckdbUri(source));
    await vscode.languages.setTextDocumentLanguage(document, 'sql');
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  /** Anew each time. @throws ExpectedError as reading the project does */
  async showLineage(): Promise<void> {
    this.#changed.fire(lineageUri());
    const document = await vscode.workspace.openTextDocument(lineageUri());
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  dispose(): void {
    for (const timer of this.#settling.values()) clearTimeout(timer);
    this.#all.dispose();
  }

  #later(source: vscode.Uri): void {
    if (source.scheme !== 'file' || !/\.sql$/i.test(source.path)) return;
    const key = source.toString();
    clearTimeout(this.#settling.get(key));
    const tell = () => {
      this.#settling.delete(key);
      this.#changed.fire(duckdbUri(source));
    };
    this.#settling.set(key, setTimeout(tell, settleMilliseconds));
  }

  async #duckdb(source: vscode.Uri): Promise<string> {
    const { fsPath: file } = source;
    const text = (await vscode.workspace.openTextDocument(source)).getText();
    const asked = { text, file, lake: await this.#project.knownFor(file) };
    return (await this.#analysis.ask('duckdbText', asked)).map(statementText).join('\n\n');
  }
}

function duckdbUri(source: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: duckdbScheme, path: `${source.path}.duckdb.sql`, query: source.toString() });
}

function lineageUri(): vscode.Uri {
  return vscode.Uri.from({ scheme: lineageScheme, path: '/column-lineage.txt' });
}

/** `createTableAs` as SQL says it: `CREATE TABLE AS`. */
function words(kind: string): string {
  return kind.replaceAll(/[A-Z]/g, ' $&').toUpperCase();
}

function statementText({ range, kind, queries, refusals }: DuckdbStatement): string {
  const comment = (line: string) => `-- ${line.replaceAll(/\p{Cc}/gu, ' ')}`;
  const parts = queries.flatMap(({ sql, relations, unknown }) => [
    ...relations.map(({ placeholder, name }) => comment(`${placeholder} = ${name}`)),
    ...unknown.map((name) =>
      comment(vscode.l10n.t('The columns of {0} are not known: the text that runs differs.', name)),
    ),
    `${sql};`,
  ]);
  const none =
    queries.length + refusals.length === 0 ? [comment(vscode.l10n.t('No query: the engine does this itself.'))] : [];
  const head = comment(vscode.l10n.t('Line {0}: {1}', range.start.line, words(kind)));
  return [head, ...refusals.map((one) => comment(formatDiagnostic(one))), ...parts, ...none].join('\n');
}

/** `src/a.sql:3` at a line's end leads there. */
function links(document: vscode.TextDocument): vscode.DocumentLink[] {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) return [];
  return [...document.getText().matchAll(/(?<=^ {2}written by |^)(?!\/|[^\n:]*\.\.)(\S[^\n]*?):(\d+)(?=$|: )/gm)].map(
    ({ 0: whole, 1: file = '', 2: line, index }) => {
      const start = document.positionAt(index);
      const target = vscode.Uri.joinPath(folder.uri, file).with({ fragment: `L${line ?? '1'}` });
      const link = new vscode.DocumentLink(new vscode.Range(start, start.translate(0, whole.length)), target);
      link.tooltip = basename(file);
      return link;
    },
  );
}
