import { createHash } from 'node:crypto';
import type { EmulatorIdentity } from '../../kit/identity.ts';
import type { SigningKey } from './signing-key.ts';

/** What the local authority knows: its one tenant with its one application, and the key that signs. */
export interface Authority {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Object id of the application's service principal: another id than the application's, as in Entra ID. */
  readonly objectId: string;
  readonly issuer: string;
  readonly key: SigningKey;
}

export function createAuthority(principal: EmulatorIdentity['principal'], key: SigningKey): Authority {
  return {
    ...principal,
    objectId: derivedUuid(`service principal of ${principal.clientId}`),
    // Tokens for Azure's own services keep the issuer of the first protocol version, whichever endpoint gave them.
    issuer: `https://sts.windows.net/${principal.tenantId}/`,
    key,
  };
}

function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The resources that have a service principal in the tenant, by the identifiers under which clients ask for them. */
export const audiences = {
  databricks: ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'],
  arm: [
    'https://management.azure.com',
    'https://management.azure.com/',
    'https://management.core.windows.net',
    'https://management.core.windows.net/',
  ],
  storage: ['https://storage.azure.com', 'https://storage.azure.com/'],
  eventHubs: ['https://eventhubs.azure.net', 'https://eventhubs.azure.net/'],
} as const satisfies Record<string, readonly string[]>;

export type AudienceName = keyof typeof audiences;
