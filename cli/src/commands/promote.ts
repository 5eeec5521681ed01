import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { promote as promoteProject } from '@medallion/core/promote/promote.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import { primaryBundle } from '@medallion/core/project/project.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import type { Command } from '../command.ts';
import { targetEnvironment } from '../environment.ts';
import { gateFor } from '../evidence.ts';
import { promotionInput } from './plan.ts';

export const promote: Command = {
  name: 'promote',
  usage: 'promote <env> [--delete-removed] [--accept-unvalidated JOB]',
  summary: 'plan, gate on the validated run, apply, verify and plan again',
  options: {
    'delete-removed': { type: 'boolean', summary: 'delete owned objects that left the project' },
    'accept-unvalidated': {
      type: 'string',
      multiple: true,
      summary: 'promote this job, which cannot run here, without evidence; kept in the ledger',
    },
  },
  async run(context) {
    const target = await targetEnvironment(context);
    primaryBundle(target.loaded.project);
    const planned = promotionInput(target, context);
    // What vouches is the run on the local lake, so its content is that of the local environment's view.
    const local = await loadFor(context.project, 'local');
    const evidence = await gateFor(planned.project.root, local.bundle ?? planned.bundle, context.state);
    const gate = { ...evidence, accepted: context.texts('accept-unvalidated') };
    const input = { ...planned, unvalidated: evidence.blocked };
    const { plan, calls, verified, recovered } = await promoteProject(input, {
      gate,
      report: context.report,
      signal: context.signal,
    });
    const replan = await planPromotion(input, {}, context.signal);
    const json = { plan: plan.counts, replan: replan.counts, calls, verified, recovered: recovered !== undefined };
    return {
      json,
      text: `${renderPlan(plan)}\n\n${calls} calls, ${verified} objects read back. Planned again:\n${renderPlan(replan)}`,
    };
  },
};
