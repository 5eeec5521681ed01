import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { isJobNode, type Command, type CommandContext } from './command.ts';
import { withCancel } from './with-cancel.ts';

/** Runs a bundle's job with the bundled command line: the very run that a terminal makes. */
export const runJob: Command = {
  id: 'medallion.job.run',
  needsTrust: true,
  async run(context, argument) {
    const { folder } = context.lake;
    if (!folder) return;
    const isJob = isJobNode(argument) && argument.kind === 'job';
    const job = isJob ? argument.key : await chooseJob(context);
    if (job === undefined) return;
    const record = await runWithProgress(context, folder.path, job).finally(() => context.view.refresh());
    if (record) await told(context, record);
    else vscode.window.setStatusBarMessage(vscode.l10n.t('$(circle-slash) {0}: cancelled', job), 5000);
  },
};

async function chooseJob({ lake }: CommandContext): Promise<string | undefined> {
  const jobs = (await lake.project()).bundle?.jobs ?? [];
  if (jobs.length === 0) {
    throw new ExpectedError({
      code: 'jobs.none',
      message: 'This project has no jobs.',
      nextStep: 'Declare one under resources.jobs of databricks.yml.',
    });
  }
  const items = jobs.map(({ key, name }) => ({ label: key, description: name === key ? '' : name }));
  const placeHolder = vscode.l10n.t('The job to run on the local lake');
  return (await vscode.window.showQuickPick(items, { placeHolder, title: vscode.l10n.t('Run job') }))?.label;
}

/** Undefined where it was cancelled. */
async function runWithProgress({ lake }: CommandContext, folder: string, job: string): Promise<RunRecord | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Job {0}', job),
    cancellable: true,
  };
  const base = vscode.workspace.getConfiguration('medallion').get<number | null>('azure.portBase', null);
  const ports = base === null ? [] : ['--port-base', String(base)];
  const args = ['run', job, '--project', folder, '--state', `${folder}/.medallion`, ...ports];
  return await vscode.window.withProgress(options, (progress, token) =>
    withCancel(token, async (signal) => {
      const onProgress = (message: string) => progress.report({ message });
      try {
        const { json } = await lake.cli({ args, cwd: folder, signal, onProgress });
        return json as RunRecord;
      } catch (error) {
        if (error instanceof vscode.CancellationError) return undefined;
        throw error;
      }
    }),
  );
}

async function told({ channel }: CommandContext, record: RunRecord): Promise<void> {
  const summary = `${record.job}: ${record.state} (${record.seconds.toFixed(1)} s)`;
  if (record.state === 'succeeded') {
    channel.info(summary);
    vscode.window.setStatusBarMessage(`$(check) ${summary}`, 5000);
    return;
  }
  const failed = record.tasks.flatMap(({ key, error }) => (error ? [{ key, error }] : []));
  for (const { key, error } of failed) channel.error(`${key}: ${error.message} [${error.code}] -> ${error.nextStep}`);
  const showLog = vscode.l10n.t('Show log');
  const first = failed[0] ? ` ${failed[0].key}: ${failed[0].error.message}` : '';
  if ((await vscode.window.showErrorMessage(`${summary}.${first}`, showLog)) === showLog) channel.show();
}
