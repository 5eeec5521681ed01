import type { TokenCredential } from '@azure/core-auth';
import type { AzureEnvironment } from './environment.ts';
import { isLoopback } from './loopback.ts';
import { trustedAuthorities } from './trust.ts';

/**
 * Signs in to Microsoft Entra ID, or to the local authority. Nothing is loaded or asked before the first token is needed.
 * A private authority is trusted by this client alone: neither the system's trust store nor NODE_EXTRA_CA_CERTS is touched.
 */
export function createCredential(environment: AzureEnvironment): TokenCredential {
  let signedIn: Promise<TokenCredential> | undefined;
  return { getToken: async (...asked) => await (await (signedIn ??= open(environment))).getToken(...asked) };
}

async function open(environment: AzureEnvironment): Promise<TokenCredential> {
  // A tenth of a second of modules, which what reads by an account's key alone never needs.
  const { ClientSecretCredential, DefaultAzureCredential } = await import('@azure/identity');
  const { credential } = environment;
  const tls = trustedAuthorities(environment.caPem);
  switch (credential.kind) {
    case 'clientSecret':
      return new ClientSecretCredential(credential.tenantId, credential.clientId, credential.clientSecret, {
        authorityHost: credential.authorityHost,
        disableInstanceDiscovery: credential.disableInstanceDiscovery,
        // An authority on this machine that refuses the connection is stopped: asking again for six seconds does not start it.
        ...(isLoopback(credential.authorityHost) ? { retryOptions: { maxRetries: 0 } } : {}),
        ...tls,
      });
    case 'default':
      return new DefaultAzureCredential({ ...tls });
  }
}
