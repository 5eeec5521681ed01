import type { ComputeProfile } from '../sql/contract.ts';

/** A SQL warehouse runs ANSI SQL; its time zone is UTC unless a statement sets another. */
export const warehouseProfile: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' };

/** As a run shows it: `ANSI, Etc/UTC (SQL warehouse)`. */
export function profileText({ ansi, timeZone, decidedBy }: ComputeProfile): string {
  return `${ansi ? 'ANSI' : 'not ANSI'}, ${timeZone} (${decidedBy})`;
}
