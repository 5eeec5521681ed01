import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../control/exchange.ts';

/** An error of the token endpoint: RFC 6749 section 5.2, with the AADSTS number that Entra ID's clients look at. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly error: string;
  readonly number: number;

  constructor(status: number, error: string, number: number, message: string) {
    super(message);
    this.status = status;
    this.error = error;
    this.number = number;
  }
}

export const tenantNotFound = (tenant: string): OAuthError =>
  new OAuthError(
    400,
    'invalid_tenant',
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. ` +
      'Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
  );

/** The body that the service sends. The message holds what the client sent and never the secret. */
export function oauthErrorAnswer(failure: OAuthError, now: Date): ApiAnswer {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = now.toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return {
    status: failure.status,
    body: {
      error: failure.error,
      error_description: `AADSTS${failure.number}: ${failure.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [failure.number],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${failure.number}`,
    },
  };
}
