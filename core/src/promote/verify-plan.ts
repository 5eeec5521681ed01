import { ExpectedError } from '../base/expected-error.ts';
import type { Ledger, LedgerItem } from './ledger.generated.ts';
import type { Plan } from './plan.generated.ts';
import { openSession, type PromotionInput, type PromotionPorts } from './session.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';

export interface Verified {
  /** Objects that were read back and are as the project says. */
  readonly objects: number;
}

/** Reads back what the plan was to bring about. Rejects with `promote.verify-failed`, naming what differs. */
export async function verifyPlan(
  plan: Plan,
  input: PromotionInput,
  options: { readonly ports?: PromotionPorts; readonly signal?: AbortSignal } = {},
): Promise<Verified> {
  const { context, store } = await openSession(input, options.ports ?? {}, options.signal);
  const { ledger } = await store.read();
  return verifySnapshot(plan, await takeSnapshot(context, withoutMarks(ledger, plan)));
}

export function verifySnapshot(plan: Plan, snapshot: Snapshot): Verified {
  const wrong = plan.items.flatMap(({ key, action, title }) => {
    const [wanted, live] = [snapshot.wanted.get(key), snapshot.live.get(key)];
    switch (action) {
      case 'create':
      case 'update':
      case 'drift':
        return wanted && live?.hash === wanted.hash ? [] : [title];
      case 'delete':
        return live ? [title] : [];
      case 'same':
      case 'foreign':
        return [];
    }
  });
  const objects = plan.items.filter(({ action }) => action !== 'same' && action !== 'foreign').length;
  if (wrong.length === 0) return { objects };
  throw new ExpectedError({
    code: 'promote.verify-failed',
    message: `Read back, these are not as they were sent: ${wrong.join(', ')}.`,
    nextStep: 'Plan again to see the difference.',
  });
}

/** So that the content of what was written is read, and not taken from memory. */
export function withoutMarks(ledger: Ledger, plan: Plan): Ledger {
  const untouched = new Set(plan.items.filter(({ action }) => action === 'same').map(({ key }) => key));
  const items = Object.entries(ledger.items).map(([key, item]): [string, LedgerItem] => {
    if (untouched.has(key)) return [key, item];
    const { kind, name, title, id, hash, secrets } = item;
    return [
      key,
      {
        ...{ kind, name, title, hash },
        ...(id === undefined ? {} : { id }),
        ...(secrets === undefined ? {} : { secrets }),
      },
    ];
  });
  return { ...ledger, items: Object.fromEntries(items) };
}
