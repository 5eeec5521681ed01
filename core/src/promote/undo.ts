import type { PlainValue } from '../project/config-node.ts';
import { isBody, stableText, type Body } from './canonical.ts';
import type { Journal } from './journal.ts';
import type { JournalEntry } from './ledger.generated.ts';
import { sealLive } from './snapshot.ts';
import { targets } from './targets/index.ts';
import type { LiveObject, PromotionContext, PromotionTarget } from './targets/target.ts';

export interface Undone {
  /** Calls that were taken back. */
  readonly undone: number;
  /** What could not be put back, and why. */
  readonly left: readonly string[];
  /** New ids of objects that had to be made again, by key. */
  readonly ids: ReadonlyMap<string, string>;
}

/** Takes back what a journal says was done, the last call first, each step stored so that it may be interrupted again. */
export async function undo(context: PromotionContext, journal: Journal): Promise<Undone> {
  const left: string[] = [];
  const ids = new Map<string, string>();
  let undone = 0;
  for (const [index, entry] of [...journal.entries.entries()].reverse()) {
    if (entry.state === 'undone') continue;
    const target = targets.find(({ kind }) => kind === entry.kind);
    const result = target ? await undoOne(context, target, entry) : { left: 'this version does not know its kind' };
    if (result.left !== undefined) left.push(`${entry.title}: ${result.left}`);
    else undone += 1;
    if (result.id !== undefined) ids.set(entry.key, result.id);
    await journal.undone(index);
  }
  return { undone, left, ids };
}

interface OneUndone {
  readonly left?: string;
  readonly id?: string;
}

async function undoOne(context: PromotionContext, target: PromotionTarget, entry: JournalEntry): Promise<OneUndone> {
  const { name, title, id } = entry;
  const live = await target.find(context, { name, title, id, recorded: true });
  switch (entry.operation) {
    case 'create':
      return await undoCreate(context, target, entry, live);
    case 'update':
      return await undoUpdate(context, target, entry, live);
    case 'delete':
      return live ? {} : await undoDelete(context, target, entry);
    case 'stop':
      if (live && live.running !== true) await target.switch?.start(context, name);
      return {};
    case 'start':
      if (live?.running === true) await target.switch?.stop(context, name);
      return {};
  }
}

async function undoCreate(
  context: PromotionContext,
  target: PromotionTarget,
  entry: JournalEntry,
  live: LiveObject | undefined,
): Promise<OneUndone> {
  if (!live) return {};
  if (sealLive(target, live).hash !== entry.hash) return { left: 'somebody changed it after it was made; it is kept' };
  await target.remove(context, live);
  return {};
}

async function undoUpdate(
  context: PromotionContext,
  target: PromotionTarget,
  entry: JournalEntry,
  live: LiveObject | undefined,
): Promise<OneUndone> {
  if (!live) return { left: 'it was deleted meanwhile' };
  const { hash } = sealLive(target, live);
  if (hash === entry.previousHash) return {};
  if (hash !== entry.hash) return { left: 'somebody changed it meanwhile; it is kept' };
  const previous = previousOf(entry);
  if (typeof previous === 'string') return { left: previous };
  await target.update(context, { name: entry.name, title: entry.title, body: previous }, live);
  return {};
}

async function undoDelete(context: PromotionContext, target: PromotionTarget, entry: JournalEntry): Promise<OneUndone> {
  const previous = previousOf(entry);
  if (typeof previous === 'string') return { left: previous };
  const id = await target.create(context, { name: entry.name, title: entry.title, body: previous });
  return id === undefined ? {} : { id };
}

/** The body to put back, or why there is none. A service masks secrets: writing the mask would destroy them. */
function previousOf(entry: JournalEntry): Body | string {
  const previous = entry.previous as PlainValue | undefined;
  if (!isBody(previous)) return 'what it was is not known';
  return stableText(previous).includes('**********')
    ? 'its secret cannot be read back; the new version stays'
    : previous;
}
