import type { Command } from './command.ts';
import { copyAbfsPath } from './copy-abfs-path.ts';
import { explainError } from './explain-error.ts';
import { openRunRecord } from './open-run-record.ts';
import { openPreview } from './open-preview.ts';
import { refreshJobs } from './refresh-jobs.ts';
import { refresh } from './refresh.ts';
import { runJob } from './run-job.ts';
import { runQuery } from './run-query.ts';
import { scanProject } from './scan-project.ts';
import { showDuckdb } from './show-duckdb.ts';
import { showLineage } from './show-lineage.ts';
import { showLog } from './show-log.ts';
import { startAzure } from './start-azure.ts';
import { stopAzure } from './stop-azure.ts';

/** A new command is a file beside this, a line here and one in package.json; a test compares the two. */
export const commands: readonly Command[] = [
  startAzure,
  stopAzure,
  runJob,
  openRunRecord,
  refreshJobs,
  runQuery,
  showDuckdb,
  showLineage,
  refresh,
  openPreview,
  copyAbfsPath,
  explainError,
  scanProject,
  showLog,
];
