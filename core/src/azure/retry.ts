import { type PipelinePolicy, retryPolicy, type RetryStrategy } from '@azure/core-rest-pipeline';

const maxRetries = 4;
const firstDelayMs = 250;
const longestDelayMs = 20_000;

/** Failures after which nobody knows whether the service has acted. */
const networkErrors = new Set(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'REQUEST_SEND_ERROR']);

/**
 * Two rules. 429 and 503 mean "not done, ask again", for every method, after `Retry-After` where it is given. Anything else that
 * may be transient (a broken connection, 500, 502, 504) is repeated only for methods that may be sent twice: a repeated
 * `POST jobs/create` would leave two jobs.
 */
export function boundedRetries(options: { readonly repeatable: boolean }): PipelinePolicy {
  return retryPolicy([notDoneYet, ...(options.repeatable ? [perhapsDone] : [])], { maxRetries });
}

const notDoneYet: RetryStrategy = {
  name: 'notDoneYet',
  retry({ retryCount, response }) {
    if (response?.status !== 429 && response?.status !== 503) return { skipStrategy: true };
    return { retryAfterInMs: retryAfterMs(response.headers.get('retry-after')) ?? backoffMs(retryCount) };
  },
};

const perhapsDone: RetryStrategy = {
  name: 'perhapsDone',
  retry({ retryCount, response, responseError }) {
    const status = response?.status;
    const transient =
      status === 500 || status === 502 || status === 504 || networkErrors.has(responseError?.code ?? '');
    return transient ? { retryAfterInMs: backoffMs(retryCount) } : { skipStrategy: true };
  },
};

/** Seconds, or an HTTP date (RFC 9110, 10.2.3); no longer than this client is ready to wait. */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestDelayMs) : undefined;
}

function backoffMs(retryCount: number): number {
  return Math.min(firstDelayMs * 2 ** retryCount, longestDelayMs);
}
