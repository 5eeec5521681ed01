import type { LogOutputChannel, TreeView } from 'vscode';
import type { LakeNode } from '@medallion/core/lake/nodes.ts';
import type { JobNode } from '../jobs/job-nodes.ts';
import type { JobsView } from '../jobs/jobs-view.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import type { TablePreviews } from '../preview/table-previews.ts';
import type { QueryResults } from '../query/query-results.ts';
import type { ScanReports } from '../scan/scan-reports.ts';
import type { SqlDocuments } from '../sql/sql-documents.ts';
import type { LakehouseView } from '../tree/lakehouse-view.ts';

/** What commands work on. */
export interface CommandContext {
  readonly lake: LocalLake;
  readonly view: LakehouseView;
  readonly tree: TreeView<LakeNode>;
  readonly tables: TablePreviews;
  readonly scans: ScanReports;
  readonly jobs: JobsView;
  readonly queries: QueryResults;
  readonly documents: SqlDocuments;
  readonly channel: LogOutputChannel;
}

/** One contributed command. Arguments are what the menus pass, so they are judged before use. */
export interface Command {
  readonly id: `medallion.${string}`;
  /** Runs what the workspace says: refused in Restricted Mode, in code and not only by `enablement`. */
  readonly needsTrust?: true;
  run(context: CommandContext, argument?: unknown): Promise<void> | void;
}

/** A node of the view Lakehouse, as its menus pass it. */
export function isLakeNode(argument: unknown): argument is LakeNode {
  return isNode(argument) && !isJobNode(argument);
}

const jobKinds = ['job', 'task', 'runs', 'run', 'runTask'];

/** A node of the view Jobs that stands for something, as its menus pass it. */
export function isJobNode(argument: unknown): argument is JobNode {
  return isNode(argument) && jobKinds.includes(String(argument.kind));
}

function isNode(argument: unknown): argument is { readonly kind: unknown } {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'id' in argument;
}
