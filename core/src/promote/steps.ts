import type { Plan, PlanItem } from './plan.generated.ts';

/** One call that changes something. */
export interface Step {
  readonly operation: 'create' | 'update' | 'delete' | 'stop' | 'start';
  readonly item: PlanItem;
}

/** The calls of a plan in order. What runs is stopped right before its change and started right after: nothing else is stopped. */
export function stepsOf(plan: Plan): readonly Step[] {
  return plan.items.flatMap((item): readonly Step[] => {
    const { action } = item;
    if (action === 'same' || action === 'foreign') return [];
    const operation = action === 'drift' ? 'update' : action;
    if (item.running !== true || operation === 'create') return [{ operation, item }];
    const stopped: Step[] = [
      { operation: 'stop', item },
      { operation, item },
    ];
    return operation === 'update' ? [...stopped, { operation: 'start', item }] : stopped;
  });
}
