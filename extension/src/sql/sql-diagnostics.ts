import * as vscode from 'vscode';
import type { Diagnostic } from '@medallion/core/base/diagnostic.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Logger } from '@medallion/core/base/logger.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import type { SqlAnalysis } from './sql-analysis.ts';
import { type TaskFiles, taskFiles } from './task-files.ts';

/** How long typing is waited out. */
const settleMilliseconds = 300;

/** What of a task's SQL does not run here, in the editor as it is typed. Files that no task runs are left alone. */
export class SqlDiagnostics implements vscode.Disposable {
  readonly #lake: LocalLake;
  readonly #analysis: SqlAnalysis;
  readonly #logger: Logger;
  readonly #shown = vscode.languages.createDiagnosticCollection('medallion');
  readonly #settling = new Map<string, NodeJS.Timeout>();
  readonly #follow: vscode.Disposable;
  #files: Promise<TaskFiles> | undefined;

  constructor(lake: LocalLake, analysis: SqlAnalysis, logger: Logger) {
    this.#lake = lake;
    this.#analysis = analysis;
    this.#logger = logger;
    const { workspace } = vscode;
    this.#follow = vscode.Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.#later(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.#later(document, settleMilliseconds)),
      workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri)),
      workspace.onDidSaveTextDocument(({ fileName }) => {
        if (/\.ya?ml$/i.test(fileName)) this.#again();
      }),
    );
    this.#again();
  }

  /** The parameters that a task gives to a file; undefined for one that no task runs. */
  async parametersOf(path: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await this.#taskFiles()).get(path);
  }

  dispose(): void {
    for (const timer of this.#settling.values()) clearTimeout(timer);
    this.#follow.dispose();
    this.#shown.dispose();
  }

  /** The bundle may name other files now. */
  #again(): void {
    this.#files = undefined;
    for (const document of vscode.workspace.textDocuments) this.#later(document, 0);
  }

  #later(document: vscode.TextDocument, milliseconds: number): void {
    const { uri } = document;
    if (uri.scheme !== 'file' || !/\.sql$/i.test(uri.path)) return;
    const key = uri.toString();
    clearTimeout(this.#settling.get(key));
    const judge = () => {
      this.#settling.delete(key);
      this.#judge(document).catch((error: unknown) => {
        this.#logger.error(
          `${uri.path} could not be judged: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
        );
      });
    };
    this.#settling.set(key, setTimeout(judge, milliseconds));
  }

  async #judge(document: vscode.TextDocument): Promise<void> {
    const { uri, version } = document;
    if ((await this.parametersOf(uri.fsPath)) === undefined) {
      this.#shown.delete(uri);
      return;
    }
    const statements = await this.#analysis.analyze({ text: document.getText(), file: uri.fsPath });
    // A text that was typed on meanwhile is judged again.
    if (document.isClosed || document.version !== version) return;
    const found = statements.flatMap((statement) =>
      statement.diagnostics.map((diagnostic) => shownOf({ range: statement.range, ...diagnostic })),
    );
    this.#shown.set(uri, found);
  }

  #taskFiles(): Promise<TaskFiles> {
    this.#files ??= this.#loadTaskFiles();
    return this.#files;
  }

  async #loadTaskFiles(): Promise<TaskFiles> {
    if (!this.#lake.folder?.hasProject) return new Map();
    try {
      return taskFiles(await this.#lake.project());
    } catch (error) {
      // A bundle that cannot be read says so in the views; its files cannot be told until it is mended.
      if (!(error instanceof ExpectedError)) throw error;
      this.#logger.debug(`the files of tasks are not known: ${error.message}`);
      return new Map();
    }
  }
}

function shownOf({ code, message, nextStep, range, severity }: Diagnostic): vscode.Diagnostic {
  const { Error, Warning, Information } = vscode.DiagnosticSeverity;
  const levels = { error: Error, warning: Warning, information: Information };
  const text = nextStep === undefined ? message : `${message}\n${nextStep}`;
  // What is not emulated here runs on Databricks all the same, and what is a pipeline's runs in one: no error of the text.
  const others: Readonly<Record<string, vscode.DiagnosticSeverity>> = {
    'sql.not-emulated': Warning,
    'sql.pipeline-only': Information,
  };
  const level = others[code] ?? levels[severity];
  const shown = new vscode.Diagnostic(rangeOf(range), text, level);
  shown.source = 'Medallion';
  shown.code = code;
  return shown;
}

function rangeOf(range: Diagnostic['range']): vscode.Range {
  if (!range) return new vscode.Range(0, 0, 0, 0);
  const { start, end = start } = range;
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}
