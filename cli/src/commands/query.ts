import { startEngine } from '@medallion/core/engine/client.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { catalogOf } from '@medallion/core/lake/project-lake.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import type { Command, CommandContext } from '../command.ts';
import { runningLocalAzure } from '../local-azure.ts';
import { resultTable } from '../output/table.ts';

export const query: Command = {
  name: 'query',
  usage: 'query "<sql>" [--param name=value]... [--rows N]',
  summary: 'ask the running local lake in Databricks SQL',
  options: {
    param: { type: 'string', multiple: true, summary: 'a named parameter, name=value' },
    rows: { type: 'string', summary: 'how many rows to show (default 100)' },
  },
  async run(context) {
    const text = context.positionals[0];
    if (text === undefined || context.positionals.length > 1) throw oneStatement();
    const loaded = await loadFor(context.project, 'local');
    const { environment } = await runningLocalAzure(context.state);
    const catalog = catalogOf(loaded);
    await using engine = await startEngine({ environment, stateFolder: context.state });
    const result = await engine.query(
      {
        source: { text, file: 'query' },
        parameters: parametersOf(context),
        profile: { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' },
        ...(catalog === undefined ? {} : { catalog }),
        maxRows: context.count('rows', 100),
      },
      context.signal,
    );
    return { json: result, text: resultTable(result) };
  },
};

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
