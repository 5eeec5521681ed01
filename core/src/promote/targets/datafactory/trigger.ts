import { ExpectedError } from '../../../base/expected-error.ts';
import type { PromotionContext, PromotionTarget } from '../target.ts';
import { factoryTarget } from './factory-object.ts';

const base = factoryTarget('trigger', 'triggers');

/** A started trigger refuses every change, so it is stopped before and started again after. A new one is left stopped. */
export const triggerTarget: PromotionTarget = {
  ...base,
  switch: {
    start: (context, name) => turn(context, name, 'start'),
    stop: (context, name) => turn(context, name, 'stop'),
  },
};

async function turn(context: PromotionContext, name: string, action: 'start' | 'stop'): Promise<void> {
  const { dataFactory, signal } = context;
  if (!dataFactory) throw noFactory(name);
  await dataFactory.arm.request('POST', `${dataFactory.factoryId}/triggers/${encodeURIComponent(name)}/${action}`, {
    signal,
  });
}

function noFactory(name: string): ExpectedError {
  return new ExpectedError({
    code: 'promote.no-factory',
    message: `The trigger ${name} cannot be reached: the project has no factory any more.`,
    nextStep: 'Bring back the folder of the factory.',
  });
}
