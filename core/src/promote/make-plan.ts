import { hashOf } from './canonical.ts';
import { decide } from './decide.ts';
import { difference } from './difference.ts';
import type { Ledger } from './ledger.generated.ts';
import type { Plan, PlanCounts, PlanItem, UnvalidatedJob } from './plan.generated.ts';
import type { Snapshot } from './snapshot.ts';

export interface PlanOptions {
  readonly environment: string;
  readonly project: string;
  readonly target: string;
  readonly deleteRemoved: boolean;
  readonly unvalidated: readonly UnvalidatedJob[];
  readonly warnings: readonly string[];
}

/** Pure: what is wanted, what there is and what was last applied give the plan. */
export function makePlan(snapshot: Snapshot, ledger: Ledger, options: PlanOptions): Plan {
  const wanted = [...snapshot.wanted.keys()];
  const others = [...snapshot.live.keys()].filter((key) => !snapshot.wanted.has(key));
  const items = [
    ...wanted.flatMap((key) => planItem(key, snapshot, ledger, options) ?? []),
    // What stands on others goes before them.
    ...others.toReversed().flatMap((key) => planItem(key, snapshot, ledger, options) ?? []),
  ];
  const body = {
    version: 1 as const,
    environment: options.environment,
    project: options.project,
    target: options.target,
    serial: ledger.serial,
    interrupted: ledger.journal !== undefined,
    deleteRemoved: options.deleteRemoved,
    counts: count(items),
    items,
    unvalidated: options.unvalidated.map(({ job, reason }) => ({ job, reason })),
    warnings: [...options.warnings],
  };
  return { ...body, hash: hashOf(body) };
}

function planItem(
  key: string,
  snapshot: Snapshot,
  ledger: Ledger,
  { deleteRemoved }: PlanOptions,
): PlanItem | undefined {
  const wanted = snapshot.wanted.get(key);
  const live = snapshot.live.get(key);
  const last = ledger.items[key];
  const decision = decide({ wanted, live, last, deleteRemoved });
  const any = wanted ?? live;
  if (!decision || !any) return undefined;
  const changes =
    wanted && live && live.object.knownHash === undefined && live.hash !== wanted.hash
      ? difference(live.canonical, wanted.canonical)
      : [];
  return {
    key,
    kind: any.target.kind,
    name: any.object.name,
    title: any.object.title,
    ...decision,
    ...(live?.object.id === undefined ? {} : { id: live.object.id }),
    ...(live?.object.running === true ? { running: true } : {}),
    ...(wanted ? { desiredHash: wanted.hash } : {}),
    ...(live ? { liveHash: live.hash } : {}),
    ...(last ? { lastHash: last.hash } : {}),
    changes,
  };
}

function count(items: readonly PlanItem[]): PlanCounts {
  const counts = { create: 0, update: 0, delete: 0, same: 0, drift: 0, foreign: 0 };
  for (const { action } of items) counts[action] += 1;
  return counts;
}
