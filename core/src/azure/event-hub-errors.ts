import { ExpectedError } from '../base/expected-error.ts';

/** What the AMQP client's errors mean to a user, by their code. */
const known: Readonly<
  Record<string, { readonly problem: string; readonly message: string; readonly nextStep: string }>
> = {
  MessagingEntityNotFoundError: {
    problem: 'hub-not-found',
    message: 'does not exist',
    nextStep: "Create it, or correct its name; locally hubs stand in the project's eventhubs/Config.json.",
  },
  UnauthorizedError: {
    problem: 'unauthorized',
    message: 'refused access',
    nextStep: 'Ask for the role "Azure Event Hubs Data Sender" ("Data Receiver" to read) on the namespace.',
  },
  QuotaExceededError: {
    problem: 'quota-exceeded',
    message: 'has no room or no free reader',
    nextStep: 'Wait, or raise the limit of the namespace.',
  },
  MessageTooLargeError: {
    problem: 'event-too-large',
    message: 'takes no event of this size',
    nextStep: 'Send less in one event: the limit is 1 MB with all properties.',
  },
};

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ServiceUnavailableError',
  'ServiceCommunicationError',
  'SystemError',
  'ConnectionForcedError',
  'OperationTimeoutError',
]);

/** An ExpectedError `event-hubs.<problem>` for what the client reports; anything unknown comes back as it is. */
export function eventHubError(hub: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const cause = error;
  const entry = known[code] ?? known[error.name];
  if (entry) {
    const { problem, message, nextStep } = entry;
    return new ExpectedError({
      code: `event-hubs.${problem}`,
      message: `Event hub "${hub}" ${message}.`,
      nextStep,
      cause,
    });
  }
  if (!unreachable.has(code) && !unreachable.has(error.name)) return error;
  return new ExpectedError({
    code: 'event-hubs.unreachable',
    message: `The namespace of event hub "${hub}" does not answer (${code}).`,
    nextStep: 'Start local Azure with "medallion up", or check the network and the namespace in medallion.yaml.',
    kind: 'environment',
    cause,
  });
}
