import type { PlainValue } from '../project/config-node.ts';
import { isBody, stableText, type Body } from './canonical.ts';
import type { Journal } from './journal.ts';
import type { JournalEntry, Ledger } from './ledger.generated.ts';
import { sameSecrets, withSecretsOf } from './secrets.ts';
import { keyOf, sealLive } from './snapshot.ts';
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

/** Where it is undone, and what was last applied there. */
export interface Undoing {
  readonly context: PromotionContext;
  readonly items: Ledger['items'];
}

/** Takes back what a journal says was done, the last call first, each step stored so that it may be interrupted again. */
export async function undo(undoing: Undoing, journal: Journal): Promise<Undone> {
  const left: string[] = [];
  const ids = new Map<string, string>();
  let undone = 0;
  for (const [index, entry] of [...journal.entries.entries()].reverse()) {
    if (entry.state === 'undone') continue;
    const target = targets.find(({ kind }) => kind === entry.kind);
    const result = target ? await undoOne(undoing, target, entry) : { left: 'this version does not know its kind' };
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

async function undoOne(undoing: Undoing, target: PromotionTarget, entry: JournalEntry): Promise<OneUndone> {
  const { context } = undoing;
  const { name, title, id } = entry;
  const live = await target.find(context, { name, title, id, recorded: true });
  switch (entry.operation) {
    case 'create':
      return await undoCreate(context, target, entry, live);
    case 'update':
      return await undoUpdate(undoing, target, entry, live);
    case 'delete':
      return live ? {} : await undoDelete(undoing, target, entry);
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
  undoing: Undoing,
  target: PromotionTarget,
  entry: JournalEntry,
  live: LiveObject | undefined,
): Promise<OneUndone> {
  if (!live) return { left: 'it was deleted meanwhile' };
  const { hash } = sealLive(target, live);
  if (hash === entry.previousHash) return {};
  if (hash !== entry.hash) return { left: 'somebody changed it meanwhile; it is kept' };
  const previous = await previousOf(undoing, target, entry);
  if (typeof previous === 'string') return { left: previous };
  await target.update(undoing.context, { name: entry.name, title: entry.title, body: previous }, live);
  return {};
}

async function undoDelete(undoing: Undoing, target: PromotionTarget, entry: JournalEntry): Promise<OneUndone> {
  const previous = await previousOf(undoing, target, entry);
  if (typeof previous === 'string') return { left: previous };
  const id = await target.create(undoing.context, { name: entry.name, title: entry.title, body: previous });
  return id === undefined ? {} : { id };
}

/** The body to put back, or why there is none: a service gives secrets back masked, and only the project may still have them. */
async function previousOf(
  { context, items }: Undoing,
  target: PromotionTarget,
  entry: JournalEntry,
): Promise<Body | string> {
  const previous = entry.previous as PlainValue | undefined;
  if (!isBody(previous)) return 'what it was is not known';
  const marked = items[entry.key]?.secrets;
  if (marked === undefined && !stableText(previous).includes('**********')) return previous;
  const wanted = (await target.wanted(context)).find(({ name }) => keyOf(target, name) === entry.key);
  const filled = wanted && sameSecrets(wanted.body, marked) ? withSecretsOf(previous, wanted.body) : undefined;
  return isBody(filled) ? filled : 'its secret cannot be read back; it stays as it is';
}
