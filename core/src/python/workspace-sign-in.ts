import type { AzureEnvironment } from '../azure/environment.ts';

/** How a program's `WorkspaceClient()` signs in, for `runtime/workspace_client.py`. */
export interface WorkspaceSignIn {
  readonly host: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of a certificate authority that is no public one. */
  readonly authority?: string;
}

/** Undefined where there is no workspace, or no service principal to sign in as. */
export function workspaceSignIn({ databricks, credential, caPem }: AzureEnvironment): WorkspaceSignIn | undefined {
  if (!databricks || credential.kind !== 'clientSecret') return undefined;
  const { clientId, clientSecret } = credential;
  return { host: databricks.host, clientId, clientSecret, ...(caPem === undefined ? {} : { authority: caPem }) };
}
