import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { promote } from '@medallion/core/promote/promote.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { catalogOf, resolverFor } from '@medallion/core/lake/project-lake.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';
import type { Command, CommandContext } from '../command.ts';
import { contractsOf, type ProjectContracts, quarantinesOf } from '../contracts.ts';
import { gateFor } from '../evidence.ts';
import { openLocalAzure, provisionLocal } from '../local-azure.ts';
import { Steps } from '../output/steps.ts';
import { dataSetOptions } from '../start/data-set-options.ts';
import { dataSetState, type LandedDataSet } from '../start/data-set.ts';
import type { LandRequest } from '../start/land.ts';
import { goldText } from '../start/gold.ts';
import { lazyEngine, type LazyEngine } from '@medallion/local/lazy-engine.ts';
import { startJson, summaryText } from '../start/report.ts';
import { summarize, type RunSummary } from '../start/summary.ts';
import { recordText } from '../output/run-text.ts';
import { jobNamed } from './run.ts';
import { promotionInput } from './plan.ts';

/** The main job: the whole lakehouse of the sample, from its sources to gold and a rehearsed promotion. */
export const start: Command = {
  name: 'start',
  usage: 'start [--orders N] [--events N] [--transactions DIR] [--keep]',
  summary: 'run the whole sample: sources, landing, bronze, silver, gold, promotion',
  options: {
    orders: { type: 'string', summary: 'orders to generate (default 20000)' },
    events: { type: 'string', summary: 'interactions and location pings to generate (default 200000)' },
    seed: { type: 'string', summary: 'another seed gives another shop (default 2025)' },
    transactions: { type: 'string', summary: 'a folder of UCI Online Retail CSV files in place of generated orders' },
    keep: { type: 'boolean', summary: 'leave local Azure running' },
  },
  async run(context) {
    const options = await dataSetOptions(context);
    const loaded = await loadFor(context.project, 'local');
    const contracts = await contractsOf(loaded);
    const steps = new Steps(context.report);
    await using azure = await steps.run('azure', 'Start local Azure', async () => {
      const opened = await openLocalAzure(context, loaded, {
        startedBy: 'medallion start',
        detach: false,
        moveTakenPorts: true,
      });
      return [
        opened,
        opened.startedHere ? `pid ${opened.description.pid}` : `running already (${opened.description.startedBy})`,
      ];
    });
    await provisionStep(steps, azure, loaded);
    const data = await dataStep({ context, loaded, azure, steps, options });
    await using engine = lazyEngine({ environment: azure.environment, stateFolder: context.state });
    const record = await jobStep({ context, loaded, azure, steps, engine, contracts });
    const summary = await steps.run('summary', 'Check contracts and sum up', async () => {
      const catalog = catalogOf(loaded) ?? '';
      const made = await summarize({
        record,
        contracts: contracts.tables,
        state: context.state,
        engine,
        catalog,
        signal: context.signal,
      });
      return [made, contractSummary(made)];
    });
    const promotion = await promotionStep({ context, loaded, azure, steps });
    const statements = await engine.executed();
    const kept = context.flag('keep') || !azure.startedHere;
    if (context.flag('keep')) azure.detach();
    const json = startJson({ data, summary, promotion, steps: steps.times, record, statements });
    return {
      json,
      text: `\n${summaryText(data, summary)}\n\n${goldText(summary.gold)}\n\n${lookFurther(context, kept)}`,
    };
  },
};

interface Parts {
  readonly context: CommandContext;
  readonly loaded: LoadedProject;
  readonly azure: LocalAzure;
  readonly steps: Steps;
}

function provisionStep(steps: Steps, azure: LocalAzure, loaded: LoadedProject): Promise<void> {
  return steps.run('provision', 'Containers, catalog, schemas and volumes', async () => {
    const made = await provisionLocal(azure.environment, loaded, ['shop-export']);
    const words = Object.entries(made).map(([what, count]) => `${count} ${what}`);
    return [undefined, `made ${words.join(', ')}`];
  });
}

async function dataStep(
  parts: Parts & { readonly options: Awaited<ReturnType<typeof dataSetOptions>> },
): Promise<LandedDataSet> {
  const { context, steps, options } = parts;
  const found = await dataSetState(context.state, options);
  switch (found.kind) {
    case 'same':
      return steps.run('data', 'Sources', async () => [
        withNothingSent(found.landed),
        'landed already; no event is sent',
      ]);
    case 'none':
      return land({ ...parts, wanted: found.wanted, rebuild: false });
    case 'other':
      context.say(
        found.unfinished
          ? 'The lake holds a part of a data set that was not finished: it is rebuilt.'
          : 'The lake holds another data set: it is rebuilt.',
      );
      return land({ ...parts, wanted: found.wanted, rebuild: true });
  }
}

/** The generator brings every city of the world: it is loaded where something is generated, not to print the help. */
async function land(request: LandRequest): Promise<LandedDataSet> {
  const { landDataSet } = await import('../start/land.ts');
  return await landDataSet(request);
}

/** What this run sent, as against what is there. */
function withNothingSent({ fingerprint, sources }: LandedDataSet): LandedDataSet {
  const { transactions, interactions, geo } = sources;
  return {
    fingerprint,
    sources: {
      transactions: { ...transactions, sent: 0 },
      interactions: { ...interactions, sent: 0 },
      geo: { ...geo, sent: 0 },
    },
  };
}

function jobStep(
  parts: Parts & { readonly engine: LazyEngine; readonly contracts: ProjectContracts },
): Promise<RunRecord> {
  const { context, loaded, azure, steps, engine, contracts } = parts;
  const job = jobNamed(loaded.bundle, 'medallion_daily');
  return steps.run('job', `Run ${job.name}`, async () => {
    const record = await runJob({
      root: loaded.project.root,
      job,
      jobs: loaded.bundle?.jobs ?? [job],
      target: loaded.bundle?.target ?? '',
      environment: azure.environment,
      stateFolder: context.state,
      engine,
      lake: { resolver: resolverFor(azure.environment), storage: createStorageClient(azure.environment) },
      checks: contracts.checks,
      quarantines: quarantinesOf(contracts),
      report: context.report,
      signal: context.signal,
    });
    context.signal.throwIfAborted();
    if (record.state !== 'succeeded') throw jobFailed(record);
    const skipped = record.tasks.filter(({ state }) => state === 'skipped').length;
    const rows = record.tasks.flatMap(({ state, outputs }) => (state === 'skipped' ? [] : outputs));
    return [
      record,
      `${record.tasks.length - skipped} tasks run, ${skipped} unchanged, ${rows.reduce((sum, output) => sum + output.rows, 0).toLocaleString('en')} rows written`,
    ];
  });
}

function jobFailed(record: RunRecord): ExpectedError {
  const failed = record.tasks.find(({ error }) => error !== undefined);
  return new ExpectedError({
    code: failed?.error?.code ?? 'jobs.failed',
    message: `The job ${record.job} ${record.state}.\n${recordText(record)}`,
    nextStep: failed?.error?.nextStep ?? `Run it alone: medallion run ${record.job}`,
  });
}

function promotionStep({ context, loaded, azure, steps }: Parts) {
  return steps.run('promotion', 'Rehearse the promotion', async () => {
    const input = promotionInput({ environment: azure.environment, loaded }, context);
    const gate = await gateFor(loaded.project.root, input.bundle, context.state);
    const { plan, calls } = await promote(input, { gate, signal: context.signal });
    const replan = await planPromotion(input, {}, context.signal);
    const { create, update, delete: removed, same } = plan.counts;
    const again = replan.counts.create + replan.counts.update + replan.counts.delete + replan.counts.drift;
    return [
      { plan: plan.counts, replan: replan.counts, calls },
      `${create} create, ${update} update, ${removed} delete, ${same} same; planned again: ${again === 0 ? 'nothing to do' : `${again} changes`}`,
    ];
  });
}

function contractSummary({ contracts }: RunSummary): string {
  const failed = contracts.reduce((sum, contract) => sum + contract.failed, 0);
  const passed = contracts.reduce((sum, contract) => sum + contract.passed, 0);
  return `${contracts.length} contracts, ${passed} rules hold, ${failed} do not`;
}

function lookFurther({ project, state }: CommandContext, running: boolean): string {
  const where = state === `${project}/.medallion` ? '' : ` --state ${state}`;
  const lines = [
    `Open this lake in VS Code: open the folder ${project}, then the view Lakehouse in the Medallion side bar.`,
    `Ask it: npx medallion query "SELECT * FROM gold.daily_revenue LIMIT 10"${where}`,
  ];
  if (running) return [`Local Azure runs. Stop it with: npx medallion down${where}`, ...lines].join('\n');
  return [
    `Local Azure has stopped; its state is kept in ${state}.`,
    `Start it again: npx medallion up --detach${where}`,
    ...lines,
  ].join('\n');
}
