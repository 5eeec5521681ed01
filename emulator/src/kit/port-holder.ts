import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { commandOutput } from './run-command.ts';

/** The process that listens on a port, as far as this user may see it. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
}

type FindHolder = (port: number) => Promise<PortHolder | undefined>;

const findersByPlatform: Readonly<Partial<Record<NodeJS.Platform, FindHolder>>> = {
  linux: findOnLinux,
  darwin: findOnMac,
  win32: findOnWindows,
};

/** Who listens on a TCP port of this machine; undefined when it is not visible (another user's process, a container). */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  return findersByPlatform[process.platform]?.(port);
}

async function findOnLinux(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readTextIfAny));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, inodes)) return { name: await processName(pid), pid: Number(pid) };
  }
  return undefined;
}

/** The program's file name: `comm` is only its main thread's, which Node calls `MainThread`. */
async function processName(pid: string): Promise<string> {
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return basename(program) || (await readTextIfAny(`/proc/${pid}/comm`)).trim();
}

/** Rows of /proc/net/tcp: `sl local_address rem_address st ... inode`, with the port in hex and state 0A for LISTEN. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === '0A')
    .flatMap((fields) => fields[9] ?? []);
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // Another user's process, or one that has just ended, cannot be read: it is then not visible.
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const handle of handles) {
    const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

function readTextIfAny(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function findOnMac(port: number): Promise<PortHolder | undefined> {
  return parseLsof(await commandOutput('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']));
}

/** `lsof -F pc` prints one field a line: `p<pid>`, then `c<command>`. */
export function parseLsof(output: string | undefined): PortHolder | undefined {
  const pid = output?.match(/^p(\d+)$/m)?.[1];
  const name = output?.match(/^c(.+)$/m)?.[1];
  return pid === undefined || name === undefined ? undefined : { name, pid: Number(pid) };
}

async function findOnWindows(port: number): Promise<PortHolder | undefined> {
  const pid = parseNetstat(await commandOutput('netstat', ['-ano', '-p', 'TCP']), port);
  if (pid === undefined) return undefined;
  const tasks = await commandOutput('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return { name: /^"([^"]+)"/.exec(tasks?.trim() ?? '')?.[1] ?? 'unknown process', pid };
}

/** `netstat -ano`: `TCP  127.0.0.1:10000  0.0.0.0:0  LISTENING  1234`; the state's word depends on the system's language. */
export function parseNetstat(output: string | undefined, port: number): number | undefined {
  const rows = output?.split('\n').map((line) => line.trim().split(/\s+/)) ?? [];
  const row = rows.find((fields) => fields[1]?.endsWith(`:${port}`) === true && fields[2]?.endsWith(':0') === true);
  const pid = Number(row?.[4]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}
