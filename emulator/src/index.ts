import { mkdirSync } from 'node:fs';
import { openCertificateAuthority } from './kit/certificate-authority.ts';
import type { Executors } from './kit/executors.ts';
import { lockFolder } from './kit/folder-lock.ts';
import { type EmulatorIdentity, loadIdentity } from './kit/identity.ts';
import { listen } from './kit/listen.ts';
import { createOperationCounter } from './kit/operation-counter.ts';
import { createRequestLog } from './kit/request-log.ts';
import type { EmulatorLogger, PortName, ServiceContext, ServiceEntry } from './kit/service.ts';
import { controlService } from './services/control/service.ts';
import { eventHubsService } from './services/eventhubs/service.ts';
import { storageService } from './services/storage/service.ts';

export interface EmulatorOptions {
  /** State lives here (`.medallion/azure` of a project) and survives restarts. */
  readonly stateFolder: string;
  /** A folder of the same user, above it or beside it: a blob may be made of a file below it without sending its bytes. */
  readonly sharedFolder?: string;
  /** 0: any free port. A port that is taken rejects with an error that names its holder. */
  readonly ports: Readonly<Record<PortName, number>>;
  /** The official Event Hubs emulator's `Config.json`, parsed. */
  readonly eventHubsConfig: unknown;
  /** Capture settings by hub, as ARM's `captureDescription` has them (`eventhubs/capture.json`). */
  readonly captureConfig?: unknown;
  readonly executors: Executors;
  readonly logger: EmulatorLogger;
}

/** How clients reach a running emulator: plain data, kept by `local/` in the project's state folder (mode 0600). */
export interface EmulatorDescription {
  readonly endpoints: Readonly<Record<PortName, string>>;
  readonly connectionStrings: { readonly storage: string; readonly eventHubs: string };
  readonly storage: {
    readonly accountName: string;
    readonly accountKey: string;
    /** See {@link EmulatorOptions.sharedFolder}. */
    readonly sharedFolder?: string;
  };
  readonly identity: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
  readonly arm: { readonly subscriptionId: string; readonly resourceGroup: string; readonly factoryName: string };
  /** PEM file of the certificate authority that signs the https endpoints; clients take it through `tlsOptions.ca`. */
  readonly caFile: string;
}

export interface Emulator extends AsyncDisposable {
  readonly description: EmulatorDescription;
}

/** They start in this order and end in the reverse one; a service sees the endpoints of those before it. */
const services: readonly ServiceEntry[] = [storageService, eventHubsService, controlService];

/**
 * Starts the local Azure. Disposing the result ends every service and leaves the state on disk.
 * @throws EmulatorError, whose code and next step tell what to do: `emulator.folder-in-use`, `emulator.port-in-use` and those
 * of the services. Nothing is then left running.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  await using starting = new AsyncDisposableStack();
  mkdirSync(options.stateFolder, { recursive: true, mode: 0o700 });
  starting.use(await lockFolder(options.stateFolder));
  const base = await createContext(options);
  const endpoints: Partial<Record<PortName, string>> = {};
  for (const service of services) {
    const running = starting.use(await service.start({ ...base, endpoints: { ...endpoints } }));
    Object.assign(endpoints, running.endpoints);
    options.logger.info(`The ${service.name} service answers.`);
  }
  const running = starting.move();
  return {
    description: describe(base.identity, endpoints, base.certificates.caFile, options.sharedFolder),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function createContext(options: EmulatorOptions): Promise<Omit<ServiceContext, 'endpoints'>> {
  const { stateFolder, sharedFolder, eventHubsConfig, captureConfig, executors, logger } = options;
  return {
    stateFolder,
    sharedFolder,
    listen: (server, endpoint) => listen(server, options.ports[endpoint], endpoint),
    operations: createOperationCounter(),
    requests: createRequestLog(),
    certificates: await openCertificateAuthority(stateFolder),
    identity: loadIdentity(stateFolder),
    eventHubsConfig,
    captureConfig,
    executors,
    logger,
  };
}

function describe(
  identity: EmulatorIdentity,
  endpoints: Readonly<Partial<Record<PortName, string>>>,
  caFile: string,
  sharedFolder: string | undefined,
): EmulatorDescription {
  const { blob = '', dfs = '', amqp = '', admin = '', control = '' } = endpoints;
  const { storage, eventHubs, principal, arm } = identity;
  return {
    endpoints: { blob, dfs, amqp, admin, control },
    connectionStrings: {
      storage: `DefaultEndpointsProtocol=http;AccountName=${storage.accountName};AccountKey=${storage.accountKey};BlobEndpoint=${blob};DfsEndpoint=${dfs};`,
      eventHubs: `Endpoint=${amqp};SharedAccessKeyName=${eventHubs.keyName};SharedAccessKey=${eventHubs.keyValue};UseDevelopmentEmulator=true;`,
    },
    storage: { ...storage, ...(sharedFolder === undefined ? {} : { sharedFolder }) },
    identity: principal,
    arm,
    caFile,
  };
}
