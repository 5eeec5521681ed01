import type { Plan, PlanItem } from './plan.generated.ts';

const signs: Readonly<Record<PlanItem['action'], string>> = {
  create: '+',
  update: '~',
  delete: '-',
  same: '=',
  drift: '!',
  foreign: '?',
};

/** The plan as lines for people: totals, what changes and why, what is foreign; what stays the same is only counted. */
export function renderPlan(plan: Plan): string {
  const shown = plan.items.filter(({ action, reason }) => action !== 'same' || reason !== 'unchanged');
  return [
    `Promote ${plan.project} (target ${plan.target}) to ${plan.environment}: ${renderCounts(plan)}`,
    ...(plan.interrupted ? ['  An earlier promotion was interrupted: it is rolled back first.'] : []),
    ...shown.flatMap(renderItem),
    ...plan.unvalidated.map(({ job, reason }) => `  without evidence: job ${job}: ${reason}`),
    ...plan.warnings.map((warning) => `  warning: ${warning}`),
  ].join('\n');
}

function renderCounts({ counts }: Plan): string {
  const total = counts.create + counts.update + counts.delete + counts.drift;
  const parts = Object.entries(counts).flatMap(([action, number]) => (number > 0 ? [`${number} ${action}`] : []));
  return `${total === 0 ? 'nothing to change' : `${total} to change`}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

function renderItem(item: PlanItem): readonly string[] {
  const title = item.title === item.name ? item.name : `${item.name} (${item.title})`;
  const switched =
    item.running === true && ['update', 'drift', 'delete'].includes(item.action) ? '; stopped meanwhile' : '';
  return [
    `  ${signs[item.action]} ${item.action.padEnd(7)} ${item.kind} ${title}: ${item.reason}${switched}`,
    ...item.changes.map(({ path, live, desired }) => `      ${path}: ${live ?? '(none)'} -> ${desired ?? '(none)'}`),
  ];
}
