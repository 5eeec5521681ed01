import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Engine, ExportRequest, StatementOutcome } from '@medallion/core/engine/contract.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { lazyEngine } from '@medallion/local/lazy-engine.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { runningLocalAzure } from '../running-azure.ts';
import { exportTarget, type ExportTarget } from '../output/export-target.ts';
import { resultTable } from '../output/table.ts';

const profile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' };

export const query: Command = {
  name: 'query',
  usage: 'query "<sql>" [--param name=value]... [--rows N] [--format table|csv|json|parquet] [--output FILE]',
  summary: 'ask the running local lake in Databricks SQL, or change it',
  options: {
    param: { type: 'string', multiple: true, summary: 'a named parameter, name=value' },
    rows: { type: 'string', summary: 'how many rows to show (default: 100 in a table, all in a file)' },
    format: { type: 'string', summary: 'table (default), csv, json or parquet' },
    output: { type: 'string', summary: 'the file that csv, json or parquet is written to (default: stdout)' },
    make: {
      type: 'string',
      multiple: true,
      summary: 'a catalog, or catalog.schema, that the cloud has and the bundle does not declare: made here first',
    },
  },
  async run(context) {
    const text = context.positionals[0];
    if (text === undefined || context.positionals.length > 1) throw oneStatement();
    const { environment } = await runningLocalAzure(context.state);
    await using engine = lazyEngine({ environment, stateFolder: context.state, firstProfile: profile });
    // The engine starts while the project is read, and while what reads it is loaded.
    const [{ loaded, catalog }] = await Promise.all([projectOf(context), engine.statistics()]);
    const request = {
      source: { text, file: 'query' },
      parameters: parametersOf(context),
      profile,
      ...(catalog === undefined ? {} : { catalog }),
    };
    await using target = await exportTarget(context);
    await makeNames(context, environment, loaded);
    if (target) return await exported(context, engine, request, target);
    try {
      const result = await engine.query({ ...request, maxRows: context.count('rows', 100) }, context.signal);
      return { json: result, text: resultTable(result) };
    } catch (error) {
      // The engine says so before anything has an effect.
      if (!(error instanceof ExpectedError) || error.code !== 'engine.not-a-query') throw error;
    }
    const { contractsOf } = await import('../contracts.ts');
    const { checks } = await contractsOf(loaded);
    const done = await engine.runScript({ ...request, checks }, context.signal);
    return { json: done, text: done.statements.map(effectLine).join('\n') };
  },
};

async function projectOf(
  context: CommandContext,
): Promise<{ readonly loaded: LoadedProject; readonly catalog: string | undefined }> {
  const { catalogOf } = await import('@medallion/core/lake/project-lake.ts');
  const { loadFor } = await import('@medallion/core/project/loaded-project.ts');
  const loaded = await loadFor(context.project, 'local');
  return { loaded, catalog: catalogOf(loaded) };
}

/** Only with --make: what makes names knows a lot, and most queries need none of it. */
async function makeNames(context: CommandContext, environment: AzureEnvironment, loaded: LoadedProject): Promise<void> {
  if (context.texts('make').length === 0) return;
  const { namesFor } = await import('../undeclared-names.ts');
  await namesFor(context, environment, loaded);
}

async function exported(
  context: CommandContext,
  engine: Engine,
  request: Omit<ExportRequest, 'format' | 'path'>,
  target: ExportTarget,
): Promise<CommandResult> {
  const { format, path } = target;
  const maxRows = context.text('rows') === undefined ? {} : { maxRows: context.count('rows', 0) };
  const { rows } = await engine.exportQuery({ ...request, format, path, ...maxRows }, context.signal);
  await target.finish();
  return {
    json: { format, path, rows },
    text: target.toStdout ? '' : `${rows} row${rows === 1 ? '' : 's'} in ${path}`,
  };
}

/** What a statement did: `wrote 3 rows to shop.gold.t, version 2`. */
function effectLine({ kind, written }: StatementOutcome): string {
  if (!written) return `done: ${kind}`;
  const { rows, table, version } = written;
  return `wrote ${rows} row${rows === 1 ? '' : 's'} to ${table}, version ${version}`;
}

export function parametersOf(context: Pick<CommandContext, 'texts'>): Record<string, string> {
  const pairs = context.texts('param').map((pair) => {
    const at = pair.indexOf('=');
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const;
    throw new ExpectedError({
      code: 'usage.parameter',
      message: `--param takes name=value, not '${pair}'.`,
      nextStep: 'Write for instance --param landing=/Volumes/shopcom_local/bronze/landing',
      kind: 'environment',
    });
  });
  return Object.fromEntries(pairs);
}

function oneStatement(): ExpectedError {
  return new ExpectedError({
    code: 'usage.query',
    message: 'query takes one argument: the SQL, in quotes.',
    nextStep: 'Write for instance: medallion query "SELECT * FROM gold.daily_revenue LIMIT 10"',
    kind: 'environment',
  });
}
