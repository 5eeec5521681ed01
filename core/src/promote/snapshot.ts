import type { PlainValue } from '../project/config-node.ts';
import { hashOf, type Body } from './canonical.ts';
import type { Ledger } from './ledger.generated.ts';
import { resolveResources, type ResourceLookup } from './resource-references.ts';
import { targets } from './targets/index.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from './targets/target.ts';

/** An object in its canonical form. */
interface Sealed {
  readonly key: string;
  readonly target: PromotionTarget;
  readonly canonical: Body;
  readonly hash: string;
}

export interface SealedWanted extends Sealed {
  /** With every id that is known put in. */
  readonly object: WantedObject;
}

export interface SealedLive extends Sealed {
  readonly object: LiveObject;
}

/** What the project wants and what there is, by key, in the order in which it is applied. */
export interface Snapshot {
  readonly wanted: ReadonlyMap<string, SealedWanted>;
  readonly live: ReadonlyMap<string, SealedLive>;
}

export async function takeSnapshot(context: PromotionContext, ledger: Ledger): Promise<Snapshot> {
  const wanted = new Map<string, SealedWanted>();
  const live = new Map<string, SealedLive>();
  const ids = new Map<string, string>();
  for (const target of targets) {
    const objects = await target.wanted(context);
    for (const object of await target.list(context, refsOf(target, objects, ledger))) {
      const sealed = sealLive(target, object);
      live.set(sealed.key, sealed);
      if (object.ours && object.id !== undefined) ids.set(idReference(target, object.name), object.id);
    }
    for (const object of objects) {
      const sealed = sealWanted(target, object, ids);
      wanted.set(sealed.key, sealed);
    }
  }
  return { wanted, live };
}

export function sealWanted(
  target: PromotionTarget,
  object: WantedObject,
  ids: ReadonlyMap<string, string>,
): SealedWanted {
  const body = resolveResources(object.body, idLookup(target, ids));
  const canonical = target.canonical(body);
  return { key: keyOf(target, object.name), target, object: { ...object, body }, canonical, hash: hashOf(canonical) };
}

export function sealLive(target: PromotionTarget, object: LiveObject): SealedLive {
  const canonical = target.canonical(object.body);
  return { key: keyOf(target, object.name), target, object, canonical, hash: object.knownHash ?? hashOf(canonical) };
}

export function keyOf(target: PromotionTarget, name: string): string {
  return `${target.kind}:${target.caseless ? name.toLowerCase() : name}`;
}

/** `resources.jobs.daily.id`: how other objects name the id of this one. */
export function idReference(target: PromotionTarget, name: string): string {
  return `resources.${target.kind.slice(target.kind.indexOf('/') + 1)}s.${name}.id`;
}

/** The Jobs API takes ids as numbers, Data Factory as text. */
function idLookup(target: PromotionTarget, ids: ReadonlyMap<string, string>): ResourceLookup {
  return (path): PlainValue | undefined => {
    const id = ids.get(path);
    if (id === undefined) return undefined;
    return target.kind.startsWith('databricks/') ? BigInt(id) : id;
  };
}

/** What is looked for: what is wanted, and what the ledger remembers beside it. */
function refsOf(target: PromotionTarget, objects: readonly WantedObject[], ledger: Ledger): readonly ObjectRef[] {
  const refs = new Map<string, ObjectRef>();
  for (const item of Object.values(ledger.items)) {
    if (item.kind !== target.kind) continue;
    const { name, title, id, mark, hash } = item;
    refs.set(keyOf(target, name), { name, title, id, mark, hash, recorded: true });
  }
  for (const { name, title } of objects) {
    const key = keyOf(target, name);
    const recorded = refs.get(key);
    refs.set(
      key,
      recorded?.title === title ? recorded : { recorded: false, ...recorded, name, title, mark: undefined },
    );
  }
  return [...refs.values()];
}
