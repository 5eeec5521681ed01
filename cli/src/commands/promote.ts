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
  usage: 'promote <env> [--delete-removed]',
  summary: 'plan, gate on the validated run, apply, verify and plan again',
  options: { 'delete-removed': { type: 'boolean', summary: 'delete owned objects that left the project' } },
  async run(context) {
    const target = await targetEnvironment(context);
    primaryBundle(target.loaded.project);
    const input = promotionInput(target, context);
    // What vouches is the run on the local lake, so its content is that of the local environment's view.
    const local = await loadFor(context.project, 'local');
    const gate = await gateFor(input.project.root, local.bundle ?? input.bundle, context.state);
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
