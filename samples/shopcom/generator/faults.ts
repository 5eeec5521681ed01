import type { Random } from './random.ts';

/** What a record goes through on its way, at most one of them. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'late' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'malformed'; readonly reason: string };

/** What was put into one source by design. */
export interface SourceCounts {
  /** All records, with the duplicates and the malformed ones. */
  generated: number;
  late: number;
  duplicates: number;
  /** By the reason that silver gives. */
  malformed: Record<string, number>;
}

/** In each block of this many records there is one late, one duplicate and one malformed: about 2% each, at least 1% from 36 records on. */
const BLOCK = 48;
const SLOT = BLOCK / 4;
const NONE: Fault = { kind: 'none' };

/**
 * Deals out faults record by record. `allows` may refuse one for a record; it then waits for the next record that takes it.
 * The reasons take turns, so that each occurs.
 */
export function faultDealer(random: Random, reasons: readonly string[]) {
  const due: Fault[] = [];
  let records = 0;
  let malformed = 0;
  let slots = [0, 0, 0];

  const nextReason = (): string => reasons[malformed++ % reasons.length] ?? '';
  return (allows: (fault: Fault) => boolean): Fault => {
    const place = records++ % BLOCK;
    if (place === 0) slots = [0, 1, 2].map((slot) => slot * SLOT + random.integer(0, SLOT - 1));
    if (place === slots[0]) due.push({ kind: 'late' });
    if (place === slots[1]) due.push({ kind: 'duplicate' });
    if (place === slots[2]) due.push({ kind: 'malformed', reason: nextReason() });
    const index = due.findIndex(allows);
    return index < 0 ? NONE : (due.splice(index, 1)[0] ?? NONE);
  };
}

export function noCounts(): SourceCounts {
  return { generated: 0, late: 0, duplicates: 0, malformed: {} };
}

/** Counts one record that goes out; a duplicate is counted for its second copy only. */
export function countRecord(counts: SourceCounts, fault: Fault): void {
  counts.generated++;
  switch (fault.kind) {
    case 'none':
      break;
    case 'late':
      counts.late++;
      break;
    case 'duplicate':
      counts.duplicates++;
      break;
    case 'malformed':
      counts.malformed[fault.reason] = (counts.malformed[fault.reason] ?? 0) + 1;
      break;
  }
}
