import { readFileSync } from 'node:fs';
import { systemErrorCode } from './emulator-error.ts';
import { commandOutput } from './run-command.ts';

/**
 * When a process started, as an opaque text that is equal for one process and differs for a later one that got the same id;
 * undefined when no such process runs. Where the system does not tell, it is `running`.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (!isRunning(pid)) return undefined;
  if (process.platform === 'linux') return linuxStart(pid);
  if (process.platform === 'win32') return 'running';
  return (await commandOutput('ps', ['-o', 'lstart=', '-p', String(pid)]))?.trim() ?? 'running';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** proc(5): field 22 of /proc/PID/stat, counted after the command in parentheses, which may hold spaces; field 3 is the state. */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: only its parent has not asked for its exit code yet.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
