import { setTimeout as delay } from 'node:timers/promises';
import { systemErrorCode } from '@medallion/emulator/kit/emulator-error.ts';

/** Whether a process of this machine exists. Signal 0 asks without sending anything. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Waits until a process that is not our child has ended; false where it outlives the limit. */
export async function waitUntilGone(pid: number, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (isAlive(pid)) {
    if (Date.now() > end) return false;
    await delay(25);
  }
  return true;
}
