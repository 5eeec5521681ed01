import { readFileSync } from 'node:fs';
import { ClientSecretCredential } from '@azure/identity';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  tlsPolicy,
  type HttpMethods,
} from '@azure/core-rest-pipeline';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';

export const databricksScope = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';
export const armScope = 'https://management.azure.com/.default';

/** The unmodified credential of Azure's SDK, pointed at the local authority. */
export function credentialFor(
  description: EmulatorDescription,
  overrides: Partial<EmulatorDescription['identity']> = {},
): ClientSecretCredential {
  const { tenantId, clientId, clientSecret } = { ...description.identity, ...overrides };
  return new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: description.endpoints.control,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: readFileSync(description.caFile, 'utf8') },
    retryOptions: { maxRetries: 0 },
  });
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Json = Readonly<Record<string, unknown>>;

/** What stands at a path of a parsed body; undefined where it leads nowhere. */
export function at(json: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], json);
}

/** The list of objects at a path of a parsed body; empty where there is none. */
export const listAt = (json: unknown, ...path: readonly (string | number)[]): readonly Json[] =>
  (at(json, ...path) as readonly Json[] | undefined) ?? [];

export interface CallAnswer {
  readonly status: number;
  readonly text: string;
  /** The parsed body; `{}` where there is none. */
  readonly json: Json;
  readonly headers: Readonly<Record<string, string>>;
}

export type Call = (method: HttpMethods, path: string, options?: CallOptions) => Promise<CallAnswer>;

/** Calls the control port through Azure's own pipeline, with a token for the given scope, or without one. */
export function controlClient(description: EmulatorDescription, scope: string | undefined): Call {
  const client = createDefaultHttpClient();
  const pipeline = createEmptyPipeline();
  if (scope !== undefined) {
    const credential = credentialFor(description);
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }));
  }
  pipeline.addPolicy(tlsPolicy({ ca: readFileSync(description.caFile, 'utf8') }));
  return async (method, path, { body, raw, headers } = {}) => {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const request = createPipelineRequest({
      url: `${description.endpoints.control}${path}`,
      method,
      headers: createHttpHeaders({ ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers }),
      body: raw ?? json ?? null,
    });
    const response = await pipeline.sendRequest(client, request);
    const text = response.bodyAsText ?? '';
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      text,
      // The answer to a HEAD says the type of what it does not bring.
      json: isJson && text !== '' ? (JSON.parse(text) as Json) : {},
      headers: response.headers.toJSON(),
    };
  };
}
