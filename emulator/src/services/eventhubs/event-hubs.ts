import { createServer, type Server } from 'node:net';
import path from 'node:path';
import type { OperationCounter } from '../../kit/operation-counter.ts';
import type { EmulatorLogger, Listening } from '../../kit/service.ts';
import { ReaderGroups } from './amqp/readers.ts';
import { AmqpServer } from './amqp/server.ts';
import type { SharedAccessKey, VerifyBearer } from './amqp/claims.ts';
import type { BlobWriter } from './capture/blob-writer.ts';
import { Capture } from './capture/capture.ts';
import { readCaptureSettings } from './capture/settings.ts';
import { readEventHubsConfig } from './config.ts';
import { EventHubsNamespace } from './namespace.ts';
import { applyRetention } from './retention.ts';

export interface EventHubsOptions {
  /** Hubs keep their events in `eventhubs/<hub>/<partition>` of this folder. */
  readonly stateFolder: string;
  /** The official emulator's `Config.json`, parsed. */
  readonly config: unknown;
  /** A `captureDescription` by hub, or undefined for no Capture. */
  readonly captureConfig: unknown;
  readonly key: SharedAccessKey;
  /** Without it, bearer tokens are refused. */
  readonly verifyBearer?: VerifyBearer;
  /** Where captured files go. */
  readonly blobs: BlobWriter;
  /** Events are kept at least this long. The official emulator keeps them one hour. */
  readonly retentionHours?: number;
  /** Bytes of a segment file of the log. */
  readonly segmentBytes?: number;
  readonly idleTimeout?: number;
  readonly listen: (server: Server) => Promise<Listening>;
  readonly operations: OperationCounter;
  readonly logger: EmulatorLogger;
  readonly now?: () => number;
}

/** A running Event Hubs namespace. */
export interface EventHubs extends AsyncDisposable {
  /** The port of AMQP 1.0 over TCP. */
  readonly port: number;
  readonly capture: Capture;
}

const defaults = { retentionHours: 1, segmentBytes: 64 * 1024 * 1024, idleTimeout: 60_000 } as const;
/** Milliseconds between two looks at the clock for windows of Capture, and for retention. */
const housekeeping = { capture: 1_000, retention: 60_000 } as const;

export async function startEventHubs(options: EventHubsOptions): Promise<EventHubs> {
  const { key, verifyBearer, operations, logger, now = Date.now } = options;
  const config = readEventHubsConfig(options.config);
  const hubNames = config.hubs.map((hub) => hub.name);
  const captureSettings = readCaptureSettings(options.captureConfig, hubNames);
  await using started = new AsyncDisposableStack();

  const folder = path.join(options.stateFolder, 'eventhubs');
  const segmentBytes = options.segmentBytes ?? defaults.segmentBytes;
  const namespace = started.adopt(new EventHubsNamespace(folder, config, { segmentBytes }), (open) => open.close());
  const capture = started.use(
    new Capture({ namespace, settings: captureSettings, blobs: options.blobs, operations, logger, now }),
  );
  const broker = { namespace, key, verifyBearer, operations, logger, now, readers: new ReaderGroups() };
  const idleTimeout = options.idleTimeout ?? defaults.idleTimeout;
  const amqp = new AmqpServer(broker, { idleTimeout });
  const listening = started.use(await options.listen(createServer((socket) => amqp.accept(socket))));
  started.defer(() => amqp.close());

  const hours = options.retentionHours ?? defaults.retentionHours;
  const retain = (): number =>
    applyRetention(namespace, { hours, now: now(), keepFrom: (hub, p) => capture.keepFrom(hub, p) });
  const timers = [setInterval(() => capture.tick(), housekeeping.capture), setInterval(retain, housekeeping.retention)];
  started.defer(() => timers.forEach((timer) => clearInterval(timer)));
  retain();

  const running = started.move();
  return { port: listening.port, capture, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
