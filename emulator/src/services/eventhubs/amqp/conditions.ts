import type { AmqpCondition } from './rhea.ts';

/** The service's error conditions, one function per problem, with messages in its words. */
export const conditions = {
  notFound: (address: string): AmqpCondition => ({
    condition: 'amqp:not-found',
    description: `The messaging entity '${address}' could not be found.`,
  }),
  partitionOutOfRange: (partition: string, count: number): AmqpCondition => ({
    condition: 'com.microsoft:argument-out-of-range',
    description: `The specified partition '${partition}' is invalid for an EventHub partition sender or receiver. It should be between 0 and ${count - 1}.`,
  }),
  argumentOutOfRange: (description: string): AmqpCondition => ({
    condition: 'com.microsoft:argument-out-of-range',
    description,
  }),
  argumentError: (description: string): AmqpCondition => ({ condition: 'com.microsoft:argument-error', description }),
  unauthorized: (address: string): AmqpCondition => ({
    condition: 'amqp:unauthorized-access',
    description: `Unauthorized access. A valid token with the claims for '${address}' is required.`,
  }),
  stolen: (receiver: string, epoch: number | undefined, by: { readonly name: string; readonly epoch: number }) => ({
    condition: 'amqp:link:stolen',
    description: `New receiver '${by.name}' with higher epoch of '${by.epoch}' is created hence current receiver '${receiver}' with epoch '${epoch ?? 0}' is getting disconnected.`,
  }),
  higherEpochExists: (receiver: string, epoch: number | undefined, highest: number): AmqpCondition => ({
    condition: 'amqp:link:stolen',
    description: `Receiver '${receiver}' with epoch '${epoch ?? 0}' cannot be created: a receiver with a higher epoch '${highest}' already exists.`,
  }),
  tooManyReceivers: (limit: number): AmqpCondition => ({
    condition: 'amqp:resource-limit-exceeded',
    description: `Exceeded the maximum number of allowed receivers per partition in a consumer group which is ${limit}.`,
  }),
  messageTooLarge: (size: number, limit: number): AmqpCondition => ({
    condition: 'amqp:link:message-size-exceeded',
    description: `The received message (size ${size} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
  }),
  malformed: (reason: string): AmqpCondition => ({
    condition: 'amqp:decode-error',
    description: `The message is not a well-formed AMQP message: ${reason}.`,
  }),
  storageFull: (): AmqpCondition => ({
    condition: 'amqp:resource-limit-exceeded',
    description: "The disk that holds the emulator's state is full. Free some space and send again.",
  }),
  internalError: (): AmqpCondition => ({
    condition: 'amqp:internal-error',
    description: 'The emulator could not complete the request; see its log.',
  }),
} as const;

/** The HTTP-like status of a condition, for the replies of `$cbs` and `$management`. */
export function statusOf(condition: string): number {
  switch (condition) {
    case 'amqp:not-found':
      return 404;
    case 'amqp:unauthorized-access':
      return 401;
    default:
      return 400;
  }
}
