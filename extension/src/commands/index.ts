import type { Command } from './command.ts';
import { copyAbfsPath } from './copy-abfs-path.ts';
import { explainError } from './explain-error.ts';
import { openPreview } from './open-preview.ts';
import { refresh } from './refresh.ts';
import { runJob } from './run-job.ts';
import { scanProject } from './scan-project.ts';
import { showLog } from './show-log.ts';
import { startAzure } from './start-azure.ts';
import { stopAzure } from './stop-azure.ts';

/** A new command is a file beside this, a line here and one in package.json; a test compares the two. */
export const commands: readonly Command[] = [
  startAzure,
  stopAzure,
  runJob,
  refresh,
  openPreview,
  copyAbfsPath,
  explainError,
  scanProject,
  showLog,
];
