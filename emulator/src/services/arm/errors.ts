import type { ApiAnswer } from '../control/exchange.ts';

/** An error as Azure Resource Manager and its resource providers answer it: `{error: {code, message, target}}`. */
export class ArmError extends Error {
  override readonly name = 'ArmError';
  readonly status: number;
  readonly code: string;
  /** The resource that the error is about, where the provider names it. */
  readonly target: string | undefined;

  constructor(status: number, code: string, message: string, target?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.target = target;
  }
}

export function armErrorAnswer({ status, code, message, target }: ArmError): ApiAnswer {
  const about = target === undefined ? {} : { target, details: null };
  const headers = status === 401 ? { headers: { 'www-authenticate': challenge(code, message) } } : {};
  return { status, body: { error: { code, message, ...about } }, ...headers };
}

const challenge = (code: string, message: string): string =>
  `Bearer error="${code === 'AuthenticationFailed' ? 'invalid_request' : 'invalid_token'}", error_description="${message.replaceAll('"', "'")}"`;
