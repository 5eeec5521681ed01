import type { LedgerItem, Ledger } from './ledger.generated.ts';
import type { PlanItem } from './plan.generated.ts';
import { sameSecrets } from './secrets.ts';
import type { SealedLive, SealedWanted } from './snapshot.ts';

export interface ThreeWays {
  readonly wanted: SealedWanted | undefined;
  readonly live: SealedLive | undefined;
  readonly last: Ledger['items'][string] | undefined;
  readonly deleteRemoved: boolean;
}

export type Decision = Pick<PlanItem, 'action' | 'reason'> & { readonly conflict?: true };

/** What is to be done with one object, from what was last applied, what there is and what is wanted. Undefined: nothing is there. */
export function decide({ wanted, live, last, deleteRemoved }: ThreeWays): Decision | undefined {
  if (wanted) return live ? decideBoth(wanted, live, last) : decideMissing(wanted, last);
  if (!live) return undefined;
  if (!live.object.ours) return { action: 'foreign', reason: 'not made by this project; left as it is' };
  if (!live.target.removable)
    return { action: 'same', reason: 'no longer in the project; kept, because it may hold data' };
  return deleteRemoved
    ? { action: 'delete', reason: 'no longer in the project' }
    : { action: 'same', reason: 'no longer in the project; kept, because deleting was not asked for' };
}

function decideMissing(wanted: SealedWanted, last: LedgerItem | undefined): Decision {
  const reason = last ? 'deleted outside since the last promotion' : 'new';
  return { action: 'create', reason: wanted.target.switch ? `${reason}; made stopped` : reason };
}

function decideBoth(wanted: SealedWanted, live: SealedLive, last: LedgerItem | undefined): Decision {
  if (!live.object.ours) return decideTaken(wanted, live);
  const secretsChanged = !sameSecrets(wanted.object.body, last?.secrets);
  if (live.hash === wanted.hash) {
    return secretsChanged ? { action: 'update', reason: 'a secret changed' } : { action: 'same', reason: 'unchanged' };
  }
  if (last && last.hash !== live.hash) {
    return last.hash === wanted.hash
      ? { action: 'drift', reason: 'changed outside since the last promotion; put back as the project says' }
      : { action: 'drift', reason: 'changed outside and in the project; the project wins' };
  }
  return { action: 'update', reason: 'changed in the project' };
}

/** Somebody else's object has the name that the project needs. */
function decideTaken(wanted: SealedWanted, live: SealedLive): Decision {
  const same = live.hash === wanted.hash;
  switch (wanted.target.whenNameTaken) {
    case 'use':
      return same
        ? { action: 'same', reason: 'made by somebody else just so' }
        : { action: 'foreign', reason: 'made by somebody else; used as it is' };
    case 'refuse':
      return { action: 'foreign', reason: "somebody else's object has this name", conflict: true };
  }
}
