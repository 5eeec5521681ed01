import { join } from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { SourceRange } from '@medallion/core/base/diagnostic.ts';
import { readRunHistory } from '@medallion/core/observe/run-history.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { tooltipMarkdown } from '../tree/render-node.ts';
import { childrenOf, type JobNode, jobNodes } from './job-nodes.ts';
import { renderJob } from './render-job.ts';

/** Records that are read for the view: with many jobs that run often, the newest of each are among them. */
const readRecords = 500;
/** A run rewrites its record at each step. */
const settleMilliseconds = 200;

/** The view Jobs: the bundle's jobs with their tasks and runs, whoever started these. Nothing is cached. */
export class JobsView implements vscode.TreeDataProvider<JobNode>, vscode.Disposable {
  readonly #lake: LocalLake;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #follow: vscode.Disposable;
  #settle: NodeJS.Timeout | undefined;
  /** Counts refreshes: only the last one that was begun is shown. */
  #turn = 0;
  /** What a refresh has read, until the tree takes it. */
  #read: Promise<JobNode[]> | undefined;
  /** The roots that the tree shows, as text. */
  #shown: string | undefined;

  constructor(lake: LocalLake) {
    this.#lake = lake;
    const runs = vscode.workspace.createFileSystemWatcher('**/.medallion/runs/*.json');
    const later = () => this.#refreshLater();
    this.#follow = vscode.Disposable.from(
      runs,
      runs.onDidCreate(later),
      runs.onDidChange(later),
      runs.onDidDelete(later),
      lake.onDidChange(later),
      vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
        if (/\.(ya?ml|json)$/i.test(fileName)) later();
      }),
    );
  }

  refresh(): void {
    void this.#refresh('always');
  }

  async getChildren(node?: JobNode): Promise<JobNode[]> {
    if (node) return [...childrenOf(node)];
    const read = this.#read ?? this.#roots();
    this.#read = undefined;
    const roots = await read;
    this.#shown = JSON.stringify(roots);
    return roots;
  }

  getTreeItem(node: JobNode): vscode.TreeItem {
    const { label, description, icon, color, contextValue, expands } = renderJob(node, new Date());
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, expands ? Collapsed : None);
    item.id = node.id;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.contextValue = contextValue;
    item.accessibilityInformation = { label: description === '' ? label : `${label}, ${description}` };
    const place = placeOf(node);
    if (place) item.command = openCommand(this.#rootPath(), place);
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: JobNode): vscode.TreeItem {
    const { tooltip } = renderJob(node, new Date());
    if (tooltip.length > 0) item.tooltip = tooltipMarkdown(tooltip);
    return item;
  }

  dispose(): void {
    clearTimeout(this.#settle);
    this.#follow.dispose();
    this.#changed.dispose();
  }

  #rootPath(): string {
    return this.#lake.folder?.path ?? '';
  }

  #refreshLater(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#refresh('whereChanged'), settleMilliseconds);
  }

  /**
   * While a tree is drawn anew, VS Code hands a click on one of its rows to the command without the row. So everything is read before
   * that, and nothing is drawn anew where it would look the same.
   */
  async #refresh(when: 'always' | 'whereChanged'): Promise<void> {
    const turn = ++this.#turn;
    const read = this.#roots();
    // A failure is the tree's to show: it takes the same promise.
    const [result] = await Promise.allSettled([read]);
    if (turn !== this.#turn) return;
    if (when === 'whereChanged' && result.status === 'fulfilled' && JSON.stringify(result.value) === this.#shown)
      return;
    this.#read = read;
    this.#changed.fire(undefined);
  }

  async #roots(): Promise<JobNode[]> {
    if (!this.#lake.folder?.hasProject) return [];
    try {
      const { project, bundle } = await this.#lake.project();
      const { runs } = await readRunHistory(join(project.root, '.medallion'), { limit: readRecords });
      return jobNodes(project.root, bundle?.jobs ?? [], runs);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      const { message, nextStep } = error;
      return [{ id: 'error', kind: 'error', message, nextStep }];
    }
  }
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** What a click opens: a failed task of a run its error's line, a job or task its definition. */
function placeOf(node: JobNode): Place | undefined {
  if (node.kind === 'job' || node.kind === 'task') return startOf(node.range);
  const error = node.kind === 'runTask' ? node.record.error : undefined;
  return error?.file === undefined ? undefined : { file: error.file, line: error.line ?? 1 };
}

function startOf({ file, start }: SourceRange): Place {
  return { file, line: start.line };
}

function openCommand(root: string, { file, line }: Place): vscode.Command {
  const at = new vscode.Position(line - 1, 0);
  const options: vscode.TextDocumentShowOptions = { selection: new vscode.Range(at, at) };
  return { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.file(join(root, file)), options] };
}
