import * as vscode from 'vscode';
import { commands } from './commands/index.ts';
import { registerCommands, showError } from './commands/register.ts';
import { bundledCli } from './cli-process.ts';
import { LakeFileSystem } from './files/lake-file-system.ts';
import { lakeScheme } from './files/lake-uri.ts';
import { JobsView } from './jobs/jobs-view.ts';
import { followWorkspace } from './lake/follow-workspace.ts';
import { LocalLake } from './lake/local-lake.ts';
import { projectFolder } from './lake/project-folder.ts';
import { channelLogger } from './log.ts';
import { FileEditor } from './preview/file-editor.ts';
import { fileEditors } from './preview/file-editors.ts';
import { TablePreviews } from './preview/table-previews.ts';
import { QueryResults } from './query/query-results.ts';
import { ScanReports } from './scan/scan-reports.ts';
import { SqlAnalysis } from './sql/sql-analysis.ts';
import { SqlDiagnostics } from './sql/sql-diagnostics.ts';
import { ProjectSql } from './sql/project-sql.ts';
import { SqlDocuments } from './sql/sql-documents.ts';
import { registerSqlProviders } from './sql/sql-providers.ts';
import { registerStatusBar } from './status-bar.ts';
import { LakehouseView } from './tree/lakehouse-view.ts';

/** What a test of the extension can reach. */
export interface MedallionApi {
  readonly lake: LocalLake;
  readonly view: LakehouseView;
}

let running: LocalLake | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<MedallionApi> {
  const channel = vscode.window.createOutputChannel('Medallion', { log: true });
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  own(channel);
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const logger = channelLogger(channel);
  const lake = own(new LocalLake({ folder: projectFolder, cli: bundledCli(dist, logger), dist, logger }));
  running = lake;
  const view = own(new LakehouseView(lake));
  const tree = own(vscode.window.createTreeView('medallion.lakehouse', { treeDataProvider: view }));
  const jobs = own(new JobsView(lake));
  own(vscode.window.createTreeView('medallion.jobs', { treeDataProvider: jobs }));
  const tables = new TablePreviews(context.extensionUri, lake, (message) => logger.warn(message));
  own(vscode.window.registerWebviewPanelSerializer(TablePreviews.viewType, tables));
  const failed = (error: unknown) => showError(channel, error);
  const scans = new ScanReports({ extension: context.extensionUri, lake, failed });
  own(vscode.window.registerWebviewPanelSerializer(ScanReports.viewType, scans));
  own(
    vscode.workspace.registerFileSystemProvider(lakeScheme, own(new LakeFileSystem(lake)), {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  const editor = new FileEditor(context.extensionUri, lake, channel);
  const supportsMultipleEditorsPerDocument = true;
  for (const viewType of Object.values(fileEditors)) {
    own(vscode.window.registerCustomEditorProvider(viewType, editor, { supportsMultipleEditorsPerDocument }));
  }
  const analysis = own(new SqlAnalysis(vscode.Uri.joinPath(context.extensionUri, 'dist', 'sql.mjs').fsPath));
  const files = own(new SqlDiagnostics(lake, analysis, logger));
  const project = own(new ProjectSql({ lake, analysis, files, logger }));
  own(registerSqlProviders(analysis, project));
  const documents = own(new SqlDocuments(analysis, project));
  const log = (message: string) => logger.warn(message);
  const queries = new QueryResults({ extension: context.extensionUri, lake, analysis, files, log });
  own(
    followWorkspace(lake, (error) =>
      logger.error(`the folder's local Azure could not be looked for: ${String(error)}`),
    ),
  );
  own(registerStatusBar(lake));
  own(registerCommands(commands, { lake, view, tree, tables, scans, jobs, queries, documents, channel }));
  await lake.watch();
  return { lake, view };
}

/** Local Azure that this window started ends with it; one that another process started goes on. */
export async function deactivate(): Promise<void> {
  await running?.close();
  running = undefined;
}
