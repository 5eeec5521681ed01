import { basename } from 'node:path';
import * as vscode from 'vscode';
import { catalogOf } from '@medallion/core/lake/project-lake.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { openPagedSource } from '../preview/paged-source.ts';
import { showPreview } from '../preview/preview-panel.ts';
import type { PreviewSource } from '../preview/preview-source.ts';
import type { SqlAnalysis } from '../sql/sql-analysis.ts';
import type { SqlDiagnostics } from '../sql/sql-diagnostics.ts';
import { queryAt } from './query-text.ts';

export interface QueryResultsOptions {
  readonly extension: vscode.Uri;
  readonly lake: LocalLake;
  readonly analysis: SqlAnalysis;
  readonly files: Pick<SqlDiagnostics, 'parametersOf'>;
  readonly log: (message: string) => void;
}

interface Query {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

interface ResultPanel {
  readonly panel: vscode.WebviewPanel;
  readonly ask: (query: Query) => void;
}

const profile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' };

/** Results of queries in the grid: one panel a file, beside it. */
export class QueryResults {
  readonly #options: QueryResultsOptions;
  readonly #panels = new Map<string, ResultPanel>();

  constructor(options: QueryResultsOptions) {
    this.#options = options;
  }

  /** Runs the selection, or the query that the cursor stands in. Rejects with `query.none`, `query.writes`. */
  async run({ document, selection }: vscode.TextEditor): Promise<void> {
    const file = document.uri.fsPath;
    // All but the selection is blank, so that its lines are the file's.
    const text = selection.isEmpty ? document.getText() : selected(document, selection);
    const statements = await this.#options.analysis.analyze({ text, file });
    const line = selection.isEmpty ? selection.active.line : document.lineCount;
    const query = { ...queryAt(text, statements, line + 1), file };
    const there = this.#panels.get(file);
    if (there) {
      there.panel.reveal(undefined, true);
      there.ask(query);
    } else this.#open(query);
  }

  #open(first: Query): void {
    const { extension, lake, log } = this.#options;
    const showOptions = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('medallion.query', titleOf(first), showOptions);
    panel.iconPath = new vscode.ThemeIcon('table');
    const asked = new vscode.EventEmitter<void>();
    let query = first;
    const ask = (next: Query) => {
      query = next;
      panel.title = titleOf(next);
      asked.fire();
    };
    this.#panels.set(first.file, { panel, ask });
    panel.onDidDispose(() => {
      this.#panels.delete(first.file);
      asked.dispose();
    });
    showPreview(panel, {
      extension,
      title: titleOf(first),
      open: () => this.#source(query),
      onDidRecover: lake.onDidChange,
      onDidChange: asked.event,
      log: (message) => log(`${query.file}:${query.line}: ${message}`),
    });
  }

  async #source({ text, file, line }: Query): Promise<PreviewSource> {
    const { lake, files } = this.#options;
    const parameters = (await files.parametersOf(file)) ?? {};
    const catalog = catalogOf(await lake.project());
    const request = {
      source: { text, file: basename(file) },
      parameters,
      profile,
      ...(catalog === undefined ? {} : { catalog }),
    };
    return await openPagedSource(basename(file), [`line ${line}`], async (page, signal) =>
      (await lake.engine()).query({ ...request, ...page }, signal),
    );
  }
}

function titleOf({ file, line }: Query): string {
  return vscode.l10n.t('Result: {0}:{1}', basename(file), line);
}

function selected(document: vscode.TextDocument, selection: vscode.Selection): string {
  const blank = document.getText(new vscode.Range(0, 0, selection.start.line, selection.start.character));
  return blank.replaceAll(/[^\r\n]/g, ' ') + document.getText(selection);
}
