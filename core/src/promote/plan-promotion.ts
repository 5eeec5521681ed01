import { makePlan } from './make-plan.ts';
import type { Ledger } from './ledger.generated.ts';
import type { Plan } from './plan.generated.ts';
import { openSession, type PromotionInput, type PromotionPorts, type Session } from './session.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';
import { supported } from './supported.ts';

/**
 * Computes what a promotion would do; changes nothing. Rejects with an ExpectedError where the project cannot be promoted
 * (`promote.unresolved-bundle`, `promote.not-supported`, `promote.missing-file`) or the environment does not answer.
 */
export async function planPromotion(
  input: PromotionInput,
  ports: PromotionPorts = {},
  signal?: AbortSignal,
): Promise<Plan> {
  const session = await openSession(input, ports, signal);
  const { ledger } = await session.store.read();
  return (await planIn(session, ledger)).plan;
}

export async function planIn(session: Session, ledger: Ledger): Promise<{ plan: Plan; snapshot: Snapshot }> {
  const { context, input } = session;
  const warnings = supported(context);
  const snapshot = await takeSnapshot(context, ledger);
  const plan = makePlan(snapshot, ledger, {
    environment: input.environment.name,
    project: context.bundle.name,
    target: context.bundle.target,
    deleteRemoved: input.deleteRemoved ?? false,
    unvalidated: input.unvalidated ?? [],
    warnings,
  });
  return { plan, snapshot };
}
