import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  decompressResponsePolicy,
  type HttpMethods,
  type Pipeline,
  type PipelineResponse,
  proxyPolicy,
  setClientRequestIdPolicy,
  tlsPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { ExpectedError } from '../base/expected-error.ts';
import { noResponse } from './no-response.ts';
import { boundedRetries } from './retry.ts';
import { trustedAuthorities } from './trust.ts';

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RestTransportOptions {
  /** The area of error codes: `databricks`, `arm`. */
  readonly area: string;
  /** What people call the service, for messages. */
  readonly service: string;
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly scope: string;
  readonly caPem?: string | undefined;
  /** A bound for one attempt, milliseconds. */
  readonly timeoutMs?: number;
}

export interface RestCall {
  readonly method: HttpMethods;
  /** Absolute (a next link), or from the endpoint's root. */
  readonly url: string;
  readonly query?: QueryValues | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** The answer is bytes: it is not decoded as text. */
  readonly binary?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type RestTransport = (call: RestCall) => Promise<PipelineResponse>;

const userAgent = 'medallion/0.1.0';
const defaultTimeoutMs = 60_000;

/**
 * One way over https for our REST clients. A response of any status resolves; what never got one rejects with an ExpectedError
 * `<area>.unreachable`, `<area>.timed-out`, `azure.sign-in-failed`; an aborted call rejects with the signal's reason.
 * @throws ExpectedError `<area>.insecure-endpoint` for an endpoint that is not https: it would be sent a token.
 */
export function createRestTransport(options: RestTransportOptions): RestTransport {
  const base = new URL(options.endpoint);
  if (base.protocol !== 'https:') throw insecure(options);
  const client = createDefaultHttpClient();
  const once = pipeline(options, false);
  const repeatable = pipeline(options, true);
  return async (call) => {
    const url = withQuery(new URL(call.url, base), call.query);
    // A next link that leads elsewhere would be given the token.
    if (url.origin !== base.origin) throw foreignLink(options, url);
    const request = createPipelineRequest({
      url: url.href,
      method: call.method,
      headers: createHttpHeaders({ accept: call.binary === true ? '*/*' : 'application/json', ...call.headers }),
      timeout: options.timeoutMs ?? defaultTimeoutMs,
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.signal === undefined ? {} : { abortSignal: call.signal }),
      ...(call.binary === true ? { streamResponseStatusCodes: new Set([200]) } : {}),
    });
    try {
      call.signal?.throwIfAborted();
      return await (call.method === 'POST' || call.method === 'PATCH' ? once : repeatable).sendRequest(client, request);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      throw noResponse(options, error);
    }
  };
}

function pipeline(options: RestTransportOptions, mayRepeat: boolean): Pipeline {
  const policies = createEmptyPipeline();
  const { tlsOptions } = trustedAuthorities(options.caPem);
  if (tlsOptions) policies.addPolicy(tlsPolicy(tlsOptions));
  // The environment's proxy, as the Azure SDKs take it (HTTPS_PROXY, NO_PROXY).
  policies.addPolicy(proxyPolicy());
  policies.addPolicy(decompressResponsePolicy());
  policies.addPolicy(userAgentPolicy({ userAgentPrefix: userAgent }));
  policies.addPolicy(setClientRequestIdPolicy());
  policies.addPolicy(boundedRetries({ repeatable: mayRepeat }), { phase: 'Retry' });
  policies.addPolicy(bearerTokenAuthenticationPolicy({ credential: options.credential, scopes: [options.scope] }), {
    phase: 'Sign',
  });
  return policies;
}

function withQuery(url: URL, query: QueryValues | undefined): URL {
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function insecure(options: RestTransportOptions): ExpectedError {
  return new ExpectedError({
    code: `${options.area}.insecure-endpoint`,
    message: `${options.service} is set to ${options.endpoint}; tokens are only ever sent over https.`,
    nextStep: 'Write the endpoint with https:// in medallion.yaml.',
    kind: 'environment',
  });
}

function foreignLink(options: RestTransportOptions, url: URL): ExpectedError {
  return new ExpectedError({
    code: `${options.area}.foreign-link`,
    message: `${options.service} sent a link to another host (${url.host}); it was not followed.`,
    nextStep: 'Check the endpoint of this environment in medallion.yaml.',
  });
}
