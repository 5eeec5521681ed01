import { ExpectedError } from '../base/expected-error.ts';
import { noProgress, type ReportProgress } from '../base/progress.ts';
import { stableText } from './canonical.ts';
import { openJournal, type Journal } from './journal.ts';
import type { Ledger } from './ledger.generated.ts';
import type { StoredLedger } from './ledger.ts';
import type { Plan } from './plan.generated.ts';
import { planIn } from './plan-promotion.ts';
import { preflight } from './preflight.ts';
import { acceptedJobs, ledgerItems } from './record.ts';
import { openSession, type PromotionInput, type PromotionPorts, type Session } from './session.ts';
import {
  idReference,
  sealLive,
  sealWanted,
  takeSnapshot,
  type SealedLive,
  type SealedWanted,
  type Snapshot,
} from './snapshot.ts';
import type { LiveObject, PromotionContext } from './targets/target.ts';
import { stepsOf, type Step } from './steps.ts';
import { rollBack } from './roll-back.ts';
import { verifySnapshot, withoutMarks } from './verify-plan.ts';

export interface ApplyOptions {
  readonly report?: ReportProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly ports?: PromotionPorts | undefined;
}

export interface Applied {
  /** Calls that changed something. */
  readonly calls: number;
  /** Objects that were read back and are as the project says. */
  readonly verified: number;
}

/**
 * Does what the plan says, reads it back and records it; the project only supplies the bytes whose hashes the plan names. Rejects
 * with `promote.stale-plan` where anything differs from what the plan was made from, and with what `preflight` finds: nothing was
 * done then. A later failure rejects with `promote.rolled-back`, `promote.rollback-incomplete` or `promote.interrupted`.
 */
export async function applyPlan(plan: Plan, input: PromotionInput, options: ApplyOptions = {}): Promise<Applied> {
  const session = await openSession(input, options.ports ?? {}, options.signal);
  const stored = await session.store.read();
  const snapshot = await requireFresh(session, stored.ledger, plan);
  await preflight(session.context, plan, snapshot);
  const steps = stepsOf(plan);
  if (steps.length === 0) return await recordOnly(session, stored, snapshot, plan);
  const journal = openJournal(session.store, stored.ledger, stored.etag, plan.hash);
  try {
    await run({ session, snapshot, journal }, steps, options.report ?? noProgress);
    const after = await takeSnapshot(session.context, withoutMarks(withIds(stored.ledger, journal), plan));
    const { objects } = verifySnapshot(plan, after);
    await journal.close(ledgerItems(after, stored.ledger), acceptedJobs(plan, stored.ledger));
    return { calls: steps.length, verified: objects };
  } catch (error) {
    throw await rollBack(session, journal, stored.ledger, error);
  }
}

/** Made again now, the plan must come out the same. */
async function requireFresh(session: Session, ledger: Ledger, plan: Plan): Promise<Snapshot> {
  if (ledger.journal) throw stale('an earlier promotion was interrupted');
  if (ledger.serial !== plan.serial) throw stale('somebody has promoted since');
  const now = await planIn(session, ledger);
  if (now.plan.hash === plan.hash) return now.snapshot;
  const before = new Map(plan.items.map((item) => [item.key, stableText(item)]));
  const changed = now.plan.items.filter((item) => before.get(item.key) !== stableText(item)).map(({ title }) => title);
  const keys = new Set(now.plan.items.map(({ key }) => key));
  const gone = plan.items.filter(({ key }) => !keys.has(key)).map(({ title }) => title);
  throw stale(`these changed: ${[...changed, ...gone].join(', ') || 'its settings'}`);
}

interface Work {
  readonly session: Session;
  readonly snapshot: Snapshot;
  readonly journal: Journal;
}

async function run(work: Work, steps: readonly Step[], report: ReportProgress): Promise<void> {
  const ids = knownIds(work.snapshot);
  for (const [index, step] of steps.entries()) {
    work.session.context.signal?.throwIfAborted();
    report({ kind: 'advanced', step: 'apply', done: index, total: steps.length, unit: 'calls' });
    await runStep(work, step, ids);
  }
  report({ kind: 'advanced', step: 'apply', done: steps.length, total: steps.length, unit: 'calls' });
}

async function runStep(
  { session, snapshot, journal }: Work,
  { item, operation }: Step,
  ids: Map<string, string>,
): Promise<void> {
  const { context } = session;
  const { key, kind, name, title } = item;
  const planned = snapshot.wanted.get(key);
  // Ids of jobs that were made a moment ago are known only now.
  const wanted = planned && sealWanted(planned.target, planned.object, ids);
  const live = snapshot.live.get(key);
  const keeps = (operation === 'update' || operation === 'delete') && live;
  await journal.begin({
    key,
    kind,
    name,
    title,
    operation,
    ...(item.id === undefined ? {} : { id: item.id }),
    ...(wanted ? { hash: wanted.hash } : {}),
    ...(live ? { previousHash: live.hash } : {}),
    ...(keeps ? { previous: await live.target.previous(context, live.object) } : {}),
  });
  const id = await call(context, { operation, wanted, live });
  if (id !== undefined && wanted) ids.set(idReference(wanted.target, name), id);
  journal.done(id);
}

interface Call {
  readonly operation: Step['operation'];
  readonly wanted: SealedWanted | undefined;
  readonly live: SealedLive | undefined;
}

/** Resolves to the id of a new object where the service gives one. */
async function call(context: PromotionContext, { operation, wanted, live }: Call): Promise<string | undefined> {
  switch (operation) {
    case 'create':
      return await wanted?.target.create(context, wanted.object);
    case 'update':
      if (wanted && live) await wanted.target.update(context, wanted.object, await stopped(context, live));
      return undefined;
    case 'delete':
      if (live) await live.target.remove(context, await stopped(context, live));
      return undefined;
    case 'stop':
      await live?.target.switch?.stop(context, live.object.name);
      return undefined;
    case 'start':
      await live?.target.switch?.start(context, live.object.name);
      return undefined;
  }
}

/** Stopping gave the object another ETag; that it is otherwise still the one that was planned for is checked again. */
async function stopped(context: PromotionContext, live: SealedLive): Promise<LiveObject> {
  const { object, target } = live;
  if (object.running !== true) return object;
  const now = await target.find(context, { name: object.name, title: object.title, recorded: true });
  if (now && sealLive(target, now).hash === live.hash) return now;
  throw stale(`${object.title} was changed by somebody else`);
}

function knownIds(snapshot: Snapshot): Map<string, string> {
  const known = [...snapshot.live.values()].flatMap(({ target, object }) =>
    object.ours && object.id !== undefined ? [[idReference(target, object.name), object.id] as const] : [],
  );
  return new Map(known);
}

/** What was just made is found by its id, and is ours. */
function withIds(ledger: Ledger, journal: Journal): Ledger {
  const made = journal.entries
    .filter(({ operation }) => operation === 'create')
    .map(({ key, kind, name, title, id, hash = '' }) => {
      return [key, { kind, name, title, hash, ...(id === undefined ? {} : { id }) }] as const;
    });
  return { ...ledger, items: { ...ledger.items, ...Object.fromEntries(made) } };
}

/** Nothing to call; what is new to the ledger is written down, and nothing where nothing is. */
async function recordOnly(
  session: Session,
  { ledger, etag }: StoredLedger,
  snapshot: Snapshot,
  plan: Plan,
): Promise<Applied> {
  const now = { ...ledger, items: ledgerItems(snapshot, ledger), unvalidated: acceptedJobs(plan, ledger) };
  if (stableText(now) !== stableText({ ...ledger, unvalidated: ledger.unvalidated ?? [] })) {
    await session.store.write(now, etag);
  }
  return { calls: 0, verified: 0 };
}

function stale(what: string): ExpectedError {
  return new ExpectedError({
    code: 'promote.stale-plan',
    message: `The plan does not fit what there is any more: ${what}. Nothing was changed.`,
    nextStep: 'Plan again and look at the difference.',
  });
}
