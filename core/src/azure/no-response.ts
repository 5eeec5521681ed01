import { ExpectedError } from '../base/expected-error.ts';
import { isLoopback } from './loopback.ts';

interface Service {
  /** The area of error codes: `databricks`, `arm`. */
  readonly area: string;
  /** What people call it. */
  readonly service: string;
  readonly endpoint: string;
}

/** Of `@azure/identity`. */
const signInErrors: ReadonlySet<string> = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
]);

/**
 * Why a call got no response: an ExpectedError `<area>.unreachable`, `<area>.timed-out` or `azure.sign-in-failed`; what is neither
 * the network's nor the sign-in's fault comes back as it is.
 */
export function noResponse(service: Service, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  if (signInErrors.has(error.name)) {
    // The library's words for an authority that does not answer.
    const silent = /\b(endpoints_resolution_error|network_error)\b/.test(error.message);
    return silent ? unreachable(service, 'its sign-in service does not answer', error) : signInFailed(error);
  }
  if (error.name !== 'RestError' && error.name !== 'AbortError') return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const timedOut = error.name === 'AbortError' || code === 'ETIMEDOUT';
  return timedOut ? unreachable(service, 'timed out', error, 'timed-out') : unreachable(service, code, error);
}

function unreachable(service: Service, reason: string, cause: Error, problem = 'unreachable'): ExpectedError {
  return new ExpectedError({
    code: `${service.area}.${problem}`,
    message: `${service.service} does not answer at ${service.endpoint} (${reason}).`,
    nextStep: isLoopback(service.endpoint)
      ? 'Start local Azure: run "medallion up", or "Medallion: Start local Azure" in VS Code.'
      : 'Check the network, the proxy, and the endpoint of this environment in medallion.yaml.',
    kind: 'environment',
    cause,
  });
}

function signInFailed(cause: Error): ExpectedError {
  const firstLine = cause.message.split('\n', 1)[0] ?? '';
  const description = /Description: (.*?)(?: Trace ID| Correlation ID|$)/.exec(firstLine)?.[1] ?? firstLine;
  return new ExpectedError({
    code: 'azure.sign-in-failed',
    message: `Signing in to Microsoft Entra ID failed: ${description}`,
    nextStep: 'Run "az login", or check the client id, tenant and secret of this environment.',
    kind: 'environment',
    cause,
  });
}
