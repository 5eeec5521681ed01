/**
 * Everything that a client needs to speak to one environment, local or cloud, as plain data: it is sent to child processes
 * by message (never by argument or environment variable) because it may carry secrets. It is never written to a file or a log.
 * "local" is an environment like any other: same clients, same code, other endpoints.
 */
export interface AzureEnvironment {
  /** The environment's name in `medallion.yaml`: `local`, `dev`, `prod`. */
  readonly name: string;
  readonly credential: CredentialSource;
  /** PEM of a private certificate authority to trust beside the system's, for `tlsOptions.ca`. */
  readonly caPem?: string;
  readonly storage?: StorageEndpoint;
  readonly eventHubs?: EventHubsEndpoint;
  readonly databricks?: DatabricksEndpoint;
  readonly dataFactory?: DataFactoryEndpoint;
}

export type CredentialSource =
  | {
      readonly kind: 'clientSecret';
      /** `https://127.0.0.1:5310` locally, `https://login.microsoftonline.com` in the cloud. */
      readonly authorityHost: string;
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
      /** True for an authority that is not Microsoft's: skips the instance discovery that would leave the machine. */
      readonly disableInstanceDiscovery: boolean;
    }
  /** `DefaultAzureCredential`: environment, workload identity, managed identity, Azure CLI. */
  | { readonly kind: 'default' };

export interface StorageEndpoint {
  readonly accountName: string;
  /** Without a trailing slash; with the account as first path segment where the host does not name it (the emulator). */
  readonly dfsEndpoint: string;
  readonly blobEndpoint: string;
  /** Shared key; absent where the credential is used. */
  readonly accountKey?: string;
  /** Of an emulated account: the folder of this machine whose files it takes by name (Put Blob From URL with a `file:` source). */
  readonly sharedFolder?: string;
}

export interface EventHubsEndpoint {
  readonly fullyQualifiedNamespace: string;
  /** Absent where the credential is used. */
  readonly connectionString?: string;
}

export interface DatabricksEndpoint {
  /** `https://adb-....azuredatabricks.net`, or the emulated control plane. Without a trailing slash. */
  readonly host: string;
}

export interface DataFactoryEndpoint {
  /** `https://management.azure.com`, or the emulated one. Without a trailing slash. */
  readonly armEndpoint: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly factoryName: string;
}
