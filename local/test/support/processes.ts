import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started and that live, as Linux tells. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Resolves when none of them lives; a process that stays ends at mocha's limit. */
export async function gone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) while (lives(pid)) await new Promise(setImmediate);
}

/** A zombie has ended: only its parent has not asked for it yet. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
