import { ExpectedError } from '../base/expected-error.ts';
import { openJournal, thisOwner, type Journal } from './journal.ts';
import type { Ledger, LedgerItem } from './ledger.generated.ts';
import type { StoredLedger } from './ledger.ts';
import type { Session } from './session.ts';
import { undo, type Undone } from './undo.ts';

/** After a failure: takes everything back. Resolves to what the caller throws. */
export async function rollBack(session: Session, journal: Journal, ledger: Ledger, cause: unknown): Promise<unknown> {
  const message = cause instanceof Error ? cause.message : String(cause);
  // Whoever else is promoting now will find the journal; two that take back would be worse than none.
  if (cause instanceof ExpectedError && cause.code === 'promote.concurrent') return cause;
  let undone: Undone;
  try {
    undone = await finish({ ...session, context: { ...session.context, signal: undefined } }, journal, ledger);
  } catch (error) {
    return interrupted(`The promotion failed: ${message}`, error);
  }
  if (session.context.signal?.aborted === true && undone.left.length === 0) return session.context.signal.reason;
  // What nobody expected is a defect, and keeps its stack.
  return cause instanceof ExpectedError || undone.left.length > 0 ? rolledBack(message, undone, cause) : cause;
}

async function finish(session: Session, journal: Journal, ledger: Ledger): Promise<Undone> {
  const undone = await undo({ context: session.context, items: ledger.items }, journal);
  await journal.close(withNewIds(ledger.items, undone.ids));
  return undone;
}

function withNewIds(items: Ledger['items'], ids: ReadonlyMap<string, string>): Ledger['items'] {
  const changed = Object.entries(items).map(([key, item]): [string, LedgerItem] => {
    const id = ids.get(key);
    return [key, id === undefined ? item : { ...item, id }];
  });
  return Object.fromEntries(changed);
}

/**
 * Rolls back a promotion that was killed. Undefined where there is none. Rejects with `promote.in-progress` where its process
 * seems to be at work still.
 */
export async function recover(session: Session, { ledger, etag }: StoredLedger): Promise<Undone | undefined> {
  if (!ledger.journal) return undefined;
  if (isAtWork(ledger.journal)) throw inProgress(ledger.journal.owner);
  const journal = openJournal(session.store, ledger, etag, ledger.journal.plan);
  try {
    return await finish(session, journal, ledger);
  } catch (error) {
    session.context.signal?.throwIfAborted();
    throw interrupted('An earlier one was killed', error);
  }
}

/** How long a promotion on another machine may be silent between two calls before it is taken for dead, milliseconds. */
const silenceMs = 5 * 60_000;

function isAtWork({ owner, renewedAt }: NonNullable<Ledger['journal']>): boolean {
  const [host, pid] = split(owner);
  const [thisHost, thisPid] = split(thisOwner());
  if (host === thisHost) return pid !== thisPid && isAlive(Number(pid)) && isRecent(renewedAt);
  return isRecent(renewedAt);
}

function isRecent(renewedAt: string): boolean {
  return Date.now() - Date.parse(renewedAt) < silenceMs;
}

function split(owner: string): readonly [string, string] {
  const slash = owner.lastIndexOf('/');
  return [owner.slice(0, slash), owner.slice(slash + 1)];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function rolledBack(message: string, undone: Undone, cause: unknown): ExpectedError {
  const nextStep = cause instanceof ExpectedError ? cause.nextStep : 'Report this as a defect, with the message.';
  if (undone.left.length === 0) {
    return new ExpectedError({
      code: 'promote.rolled-back',
      message: `The promotion failed and everything was put back as it was: ${message}`,
      nextStep,
      cause,
    });
  }
  return new ExpectedError({
    code: 'promote.rollback-incomplete',
    message: `The promotion failed: ${message} Not everything could be put back: ${undone.left.join('; ')}.`,
    nextStep: `${nextStep} Then plan again: it shows what differs.`,
    cause,
  });
}

function interrupted(message: string, cause: unknown): unknown {
  if (!(cause instanceof ExpectedError)) return cause;
  return new ExpectedError({
    code: 'promote.interrupted',
    message: `${message}. What was begun could not be rolled back now: ${cause.message}`,
    nextStep: 'Promote again when the environment answers: what was begun is rolled back first.',
    kind: 'environment',
    cause,
  });
}

function inProgress(owner: string): ExpectedError {
  return new ExpectedError({
    code: 'promote.in-progress',
    message: `Another promotion of this project is under way (${owner}).`,
    nextStep: 'Wait for it. One that was killed on another machine is taken over five minutes after its last call.',
  });
}
