import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { jobContents } from '@medallion/core/promote/job-content.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import type { PromotionInput } from '@medallion/core/promote/session.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { primaryFactory } from '@medallion/core/project/project.ts';
import type { Command, CommandContext } from '../command.ts';
import { targetEnvironment, type TargetEnvironment } from '../environment.ts';

export const plan: Command = {
  name: 'plan',
  usage: 'plan <env> [--delete-removed]',
  summary: 'show what a promotion would do; changes nothing',
  options: {
    'delete-removed': { type: 'boolean', summary: 'plan the deletion of owned objects that left the project' },
  },
  async run(context) {
    const input = promotionInput(await targetEnvironment(context), context);
    const local = await loadFor(context.project, 'local');
    const { blocked: unvalidated } = await jobContents(input.project.root, local.bundle ?? input.bundle);
    const made = await planPromotion({ ...input, unvalidated }, {}, context.signal);
    return { json: made, text: renderPlan(made) };
  },
};

/** @throws ExpectedError `project.no-bundle` */
export function promotionInput(
  { environment, loaded }: TargetEnvironment,
  context: Pick<CommandContext, 'flag'>,
): PromotionInput {
  const { project, bundle } = loaded;
  if (!bundle) {
    throw new ExpectedError({
      code: 'project.no-bundle',
      message: `There is no databricks.yml below ${project.root}.`,
      nextStep: 'Name the folder of a Databricks bundle with --project.',
      kind: 'environment',
    });
  }
  return {
    environment,
    project,
    bundle,
    factory: primaryFactory(project),
    deleteRemoved: context.flag('delete-removed'),
  };
}
