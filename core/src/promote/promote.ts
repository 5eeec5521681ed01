import { noProgress, type ReportProgress } from '../base/progress.ts';
import { applyPlan, type Applied, type ApplyOptions } from './apply-plan.ts';
import { checkGate, checkPlanned, type GateInput } from './gate.ts';
import type { Plan } from './plan.generated.ts';
import { planPromotion } from './plan-promotion.ts';
import { recover } from './roll-back.ts';
import { connect, openSession, type PromotionInput } from './session.ts';
import type { Undone } from './undo.ts';

export interface PromoteOptions extends ApplyOptions {
  readonly gate: GateInput;
}

export interface Promoted extends Applied {
  readonly plan: Plan;
  /** What was taken back of an earlier promotion that was killed. */
  readonly recovered: Undone | undefined;
}

/** Gate, recovery of a killed promotion, plan, preflight, apply, verify; rolled back where it fails on the way. */
export async function promote(input: PromotionInput, given: PromoteOptions): Promise<Promoted> {
  const options = { ...given, ports: connect(input, given.ports ?? {}) };
  const report = options.report ?? noProgress;
  await timed(report, 'gate', 'Evidence', async () => {
    const { contents, blocked } = options.gate;
    checkGate(options.gate);
    const unvalidated = blocked.length > 0 ? `, ${blocked.length} without evidence` : '';
    return await Promise.resolve({ value: undefined, summary: `${contents.length} jobs validated${unvalidated}` });
  });
  const recovered = await recoverPromotion(input, options);
  const plan = await timed(report, 'plan', 'Plan', async () => {
    const value = await planPromotion(input, options.ports, options.signal);
    checkPlanned(value, options.gate.contents);
    const { create, update, drift, delete: removed, same } = value.counts;
    return { value, summary: `${create} create, ${update + drift} update, ${removed} delete, ${same} same` };
  });
  const applied = await timed(report, 'apply', 'Apply and verify', async () => {
    const value = await applyPlan(plan, input, options);
    return { value, summary: `${value.calls} calls, ${value.verified} objects read back` };
  });
  return { ...applied, plan, recovered };
}

/** Rolls back what a killed promotion left. Undefined where nothing was left. */
export async function recoverPromotion(input: PromotionInput, options: ApplyOptions = {}): Promise<Undone | undefined> {
  const session = await openSession(input, options.ports ?? {}, options.signal);
  return await recover(session, await session.store.read());
}

interface Timed<T> {
  readonly value: T;
  readonly summary: string;
}

async function timed<T>(
  report: ReportProgress,
  step: string,
  title: string,
  work: () => Promise<Timed<T>>,
): Promise<T> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  report({ kind: 'started', step, title });
  try {
    const { value, summary } = await work();
    report({ kind: 'finished', step, seconds: seconds(), summary });
    return value;
  } catch (error) {
    report({
      kind: 'failed',
      step,
      seconds: seconds(),
      message: error instanceof Error ? error.message : String(error),
    });
    throw error;
  }
}
