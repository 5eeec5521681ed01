import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { systemErrorCode } from './emulator-error.ts';

/** Who the emulated cloud is: the names and secrets that its services check and its description hands to clients. */
export interface EmulatorIdentity {
  readonly storage: { readonly accountName: string; readonly accountKey: string };
  readonly eventHubs: { readonly namespace: string; readonly keyName: string; readonly keyValue: string };
  /** The one service principal of the local authority, made once for a state folder. */
  readonly principal: ServicePrincipal;
  readonly arm: { readonly subscriptionId: string; readonly resourceGroup: string; readonly factoryName: string };
}

interface ServicePrincipal {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Names and keys that the official emulators document: clients already know them. */
const wellKnown = {
  storage: {
    accountName: 'devstoreaccount1',
    accountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  },
  eventHubs: { namespace: 'emulatorNs1', keyName: 'RootManageSharedAccessKey', keyValue: 'SAS_KEY_VALUE' },
  arm: {
    subscriptionId: '00000000-0000-0000-0000-00000000d0c0',
    resourceGroup: 'medallion-local',
    factoryName: 'medallion-local',
  },
} as const;

/** The emulated workspace's id: the number that clients put into links, as text because it may be longer than a double holds. */
export const workspaceId = '7405605307000001';

/** The identity of a state folder. Its secret is made at the first start and kept in a file that only its user may read. */
export function loadIdentity(stateFolder: string): EmulatorIdentity {
  const file = join(stateFolder, 'principal.json');
  return { ...wellKnown, principal: readPrincipal(file) ?? createPrincipal(file) };
}

function readPrincipal(file: string): ServicePrincipal | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isPrincipal(value) ? value : undefined;
  } catch (error) {
    // A missing or torn file is replaced: clients read the new secret from the description of this start.
    if (systemErrorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isPrincipal(value: unknown): value is ServicePrincipal {
  const names = ['tenantId', 'clientId', 'clientSecret'];
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return names.every((name) => typeof fields.get(name) === 'string');
}

function createPrincipal(file: string): ServicePrincipal {
  const clientSecret = randomBytes(24).toString('base64url');
  const principal = { tenantId: randomUUID(), clientId: randomUUID(), clientSecret };
  writeFileAtomic(file, JSON.stringify(principal), 0o600);
  return principal;
}
