import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { isJsonObject, type JsonObject } from '../../control/lossless-json.ts';
import type { RoutedRequest } from '../../control/routes.ts';
import { ArmError } from '../errors.ts';
import type { ArmRoute } from '../route.ts';
import type { ArmState } from '../state.ts';
import { objectKey, resourceId } from './identity.ts';
import { factoryApiVersions } from './kinds.ts';
import type { FactoryObject } from './records.ts';
import { referencesIn } from './references.ts';
import { factoryPath, newEtag, objectOf } from './request.ts';

/** States of triggers. A started trigger is shown as started and does not fire: runs are created by `createRun`. */
export const triggerRoutes: readonly ArmRoute[] = (
  [
    ['start', start],
    ['stop', stop],
    ['subscribeToEvents', (state, request) => subscribe(state, request, true)],
    ['unsubscribeFromEvents', (state, request) => subscribe(state, request, false)],
    ['getEventSubscriptionStatus', subscriptionStatus],
  ] satisfies readonly [string, ArmRoute['answer']][]
).map(([action, answer]) => ({
  method: 'POST',
  path: `${factoryPath}/triggers/{name}/${action}`,
  operation: `datafactory/triggers/${action}`,
  resourceType: 'factories/triggers',
  apiVersions: factoryApiVersions,
  answer,
}));

function start(state: ArmState, request: RoutedRequest): ApiAnswer {
  const trigger = objectOf(state, request, 'triggers');
  if (!referencesIn(trigger.body['properties']).some(({ type }) => /^PipelineReference$/i.test(type))) {
    const message = 'The trigger cannot be activated and contains no pipelines.';
    throw new ArmError(400, 'BadRequest', message, resourceId(state, trigger));
  }
  if (trigger.started !== true)
    change(state, trigger, { started: true, ...(isEventTrigger(trigger) ? { subscribed: true } : {}) });
  return { status: 200 };
}

function stop(state: ArmState, request: RoutedRequest): ApiAnswer {
  const trigger = objectOf(state, request, 'triggers');
  if (trigger.started === true) change(state, trigger, { started: false, subscribed: false });
  return { status: 200 };
}

function subscribe(state: ArmState, request: RoutedRequest, subscribed: boolean): ApiAnswer {
  const trigger = eventTriggerOf(state, request);
  if (trigger.subscribed !== subscribed) change(state, trigger, { subscribed });
  return ok(statusOf({ ...trigger, subscribed }));
}

function subscriptionStatus(state: ArmState, request: RoutedRequest): ApiAnswer {
  return ok(statusOf(eventTriggerOf(state, request)));
}

function eventTriggerOf(state: ArmState, request: RoutedRequest): FactoryObject {
  const trigger = objectOf(state, request, 'triggers');
  if (isEventTrigger(trigger)) return trigger;
  const message = `The trigger '${trigger.name}' is no event trigger, so it has no event subscription.`;
  throw new ArmError(400, 'BadRequest', message, resourceId(state, trigger));
}

function isEventTrigger({ body }: FactoryObject): boolean {
  const type = isJsonObject(body['properties']) ? body['properties']['type'] : undefined;
  return type === 'BlobEventsTrigger' || type === 'CustomEventsTrigger';
}

const statusOf = ({ name, subscribed }: FactoryObject): JsonObject => ({
  triggerName: name,
  status: subscribed === true ? 'Enabled' : 'Disabled',
});

/** A change of state is a change of the resource: it gets another entity tag. */
function change(state: ArmState, trigger: FactoryObject, fields: Partial<FactoryObject>): void {
  const key = objectKey(trigger.factory, trigger.kind, trigger.name);
  state.objects.set(key, { ...trigger, ...fields, etag: newEtag() });
}
