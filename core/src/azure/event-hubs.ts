import type { TokenCredential } from '@azure/core-auth';
import {
  type EventHubConsumerClientOptions,
  EventHubConsumerClient,
  type EventHubClientOptions,
  EventHubProducerClient,
} from '@azure/event-hubs';
import { ExpectedError } from '../base/expected-error.ts';
import { createCredential } from './credential.ts';
import type { AzureEnvironment, EventHubsEndpoint } from './environment.ts';

/** Bounded on purpose: a stopped namespace is a clear error within seconds. */
const options: EventHubClientOptions & EventHubConsumerClientOptions = {
  userAgent: 'medallion/0.1.0',
  retryOptions: { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000, timeoutInMs: 20_000 },
};

/** The official producer. Close it. @throws ExpectedError `event-hubs.not-configured` */
export function createEventHubProducer(
  environment: AzureEnvironment,
  hub: string,
  credential?: TokenCredential,
): EventHubProducerClient {
  const { fullyQualifiedNamespace, connectionString } = endpoint(environment);
  return connectionString === undefined
    ? new EventHubProducerClient(fullyQualifiedNamespace, hub, credential ?? createCredential(environment), options)
    : new EventHubProducerClient(forHub(connectionString), hub, options);
}

/** The official consumer of one consumer group. Close it. @throws ExpectedError `event-hubs.not-configured` */
export function createEventHubConsumer(
  environment: AzureEnvironment,
  hub: string,
  consumerGroup = '$Default',
  credential?: TokenCredential,
): EventHubConsumerClient {
  const { fullyQualifiedNamespace, connectionString } = endpoint(environment);
  return connectionString === undefined
    ? new EventHubConsumerClient(
        consumerGroup,
        fullyQualifiedNamespace,
        hub,
        credential ?? createCredential(environment),
        options,
      )
    : new EventHubConsumerClient(consumerGroup, forHub(connectionString), hub, options);
}

/** The client refuses a hub's name beside a string that already names one. */
function forHub(connectionString: string): string {
  return connectionString.replaceAll(/;?EntityPath=[^;]*/gi, '');
}

function endpoint(environment: AzureEnvironment): EventHubsEndpoint {
  if (environment.eventHubs) return environment.eventHubs;
  throw new ExpectedError({
    code: 'event-hubs.not-configured',
    message: `The environment "${environment.name}" names no Event Hubs namespace.`,
    nextStep: 'Set eventHubs.fullyQualifiedNamespace of the environment in medallion.yaml, or start local Azure.',
    kind: 'environment',
  });
}
