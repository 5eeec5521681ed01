import { createServer } from 'node:net';
import { once } from 'node:events';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { systemErrorCode } from '@medallion/emulator/kit/emulator-error.ts';
import { findPortHolder } from '@medallion/emulator/kit/port-holder.ts';
import { defaultPorts, type PortName, portNames } from '@medallion/emulator/kit/service.ts';

export type Ports = Readonly<Record<PortName, number>>;

/** A default port that another process holds, and so a free one is taken instead. */
export interface MovedPort {
  readonly endpoint: PortName;
  readonly port: number;
  /** `python3 (pid 4711)`, or `a process that is not visible to this user`. */
  readonly holder: string;
}

/** 0: any free port. N: N, N+1, ... in the documented order. Absent: the ports that users of the official emulators know. */
export function portsFrom(base: number | undefined): Ports {
  if (base === undefined) return defaultPorts;
  if (!Number.isInteger(base) || base < 0 || base + portNames.length - 1 > 65535) {
    throw new ExpectedError({
      code: 'usage.port-base',
      message: `--port-base takes 0 (free ports) or a number up to ${65535 - portNames.length + 1}, not ${base}.`,
      nextStep: 'Use --port-base 0, or leave it out for the default ports.',
      kind: 'environment',
    });
  }
  const entries = portNames.map((name, index) => [name, base === 0 ? 0 : base + index] as const);
  return Object.fromEntries(entries) as Record<PortName, number>;
}

/** Puts a free port (0) where a port is taken, and tells which moved and who holds them. */
export async function movingTakenPorts(
  ports: Ports,
): Promise<{ readonly ports: Ports; readonly moved: readonly MovedPort[] }> {
  const result: Record<PortName, number> = { ...ports };
  const moved: MovedPort[] = [];
  for (const endpoint of portNames) {
    const port = ports[endpoint];
    if (port === 0 || (await isFree(port))) continue;
    result[endpoint] = 0;
    const holder = await findPortHolder(port);
    const named = holder ? `${holder.name} (pid ${holder.pid})` : 'a process that is not visible to this user';
    moved.push({ endpoint, port, holder: named });
  }
  return { ports: result, moved };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch (error) {
    // EACCES: a port that this user may not bind is as good as taken.
    if (systemErrorCode(error) === 'EADDRINUSE' || systemErrorCode(error) === 'EACCES') return false;
    throw error;
  } finally {
    if (server.listening) await new Promise((closed) => server.close(closed));
  }
}
