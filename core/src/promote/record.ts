import type { AcceptedJob, Ledger, LedgerItem } from './ledger.generated.ts';
import type { Plan } from './plan.generated.ts';
import { markSecrets, sameSecrets } from './secrets.ts';
import type { SealedLive, SealedWanted, Snapshot } from './snapshot.ts';

/** The ledger's items after a promotion that left things as this snapshot has them. */
export function ledgerItems(snapshot: Snapshot, ledger: Ledger): Ledger['items'] {
  const items: [string, LedgerItem][] = [];
  for (const [key, wanted] of snapshot.wanted) {
    const live = snapshot.live.get(key);
    // Somebody else's is used and stays theirs.
    if (live?.object.ours === true) items.push([key, itemOf(wanted, live, ledger.items[key])]);
  }
  for (const [key, item] of Object.entries(ledger.items)) {
    if (!snapshot.wanted.has(key) && snapshot.live.has(key)) items.push([key, item]);
  }
  return Object.fromEntries(items);
}

/** The jobs that go without evidence; one that did before, for the same reason, keeps the time at which it was accepted. */
export function acceptedJobs(plan: Plan, ledger: Ledger): AcceptedJob[] {
  const acceptedAt = new Date().toISOString();
  return plan.unvalidated.map(({ job, reason }) => {
    const before = ledger.unvalidated?.find((one) => one.job === job && one.reason === reason);
    return before ?? { job, reason, acceptedAt };
  });
}

function itemOf(wanted: SealedWanted, live: SealedLive, last: LedgerItem | undefined): LedgerItem {
  const { name, title, id, mark } = live.object;
  const { body } = wanted.object;
  const secrets = last?.secrets !== undefined && sameSecrets(body, last.secrets) ? last.secrets : markSecrets(body);
  return {
    kind: wanted.target.kind,
    name,
    title,
    ...(id === undefined ? {} : { id }),
    hash: live.hash,
    ...(mark === undefined ? {} : { mark }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}
