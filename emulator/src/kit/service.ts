import type { Server } from 'node:net';
import type { EmulatorIdentity } from './identity.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { Executors } from './executors.ts';
import type { OperationCounter } from './operation-counter.ts';
import type { RequestLog } from './request-log.ts';

/** The emulator's ports in their documented order: `--port-base N` gives N to the first, N+1 to the second, and so on. */
export const portNames = ['blob', 'dfs', 'amqp', 'admin', 'control'] as const;
export type PortName = (typeof portNames)[number];

/** Default ports are those that users of the official emulators know. */
export const defaultPorts: Readonly<Record<PortName, number>> = {
  blob: 10000,
  dfs: 10004,
  amqp: 5672,
  admin: 5300,
  control: 5310,
};

export interface EmulatorLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A server that listens on 127.0.0.1. Disposing it stops it and ends its open connections. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** What every service gets. Services start in the order of the table, so `endpoints` holds those of the ones before. */
export interface ServiceContext {
  /** The emulator's folder, private to its user; a service keeps its files in a subfolder of its own name. */
  readonly stateFolder: string;
  /** Files below it are taken as they are: whoever names one does not change it any more. */
  readonly sharedFolder?: string | undefined;
  readonly endpoints: Readonly<Partial<Record<PortName, string>>>;
  /** Binds a server (`http`, `https` or `net`) to the port that the options give to this endpoint. */
  listen(server: Server, endpoint: PortName): Promise<Listening>;
  readonly operations: OperationCounter;
  readonly requests: RequestLog;
  readonly certificates: CertificateAuthority;
  readonly identity: EmulatorIdentity;
  readonly eventHubsConfig: unknown;
  readonly captureConfig: unknown;
  readonly executors: Executors;
  readonly logger: EmulatorLogger;
}

/** A service that answers. Disposing it ends what it started, in reverse order, and leaves its state on disk. */
export interface RunningService extends AsyncDisposable {
  readonly endpoints: Readonly<Partial<Record<PortName, string>>>;
}

/** One row of the table of services in `index.ts`. */
export interface ServiceEntry {
  readonly name: string;
  start(context: ServiceContext): Promise<RunningService>;
}
