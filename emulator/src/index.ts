import type { EmulatorLogger, PortName } from './kit/service.ts';
import type { Executors } from './kit/executors.ts';

export interface EmulatorOptions {
  /** State lives here (`.medallion/azure` of a project) and survives restarts. */
  readonly stateFolder: string;
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
  readonly storage: { readonly accountName: string; readonly accountKey: string };
  readonly identity: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
  readonly arm: { readonly subscriptionId: string; readonly resourceGroup: string; readonly factoryName: string };
  /** PEM file of the certificate authority that signs the https endpoints; clients take it through `tlsOptions.ca`. */
  readonly caFile: string;
}

export interface Emulator extends AsyncDisposable {
  readonly description: EmulatorDescription;
}
