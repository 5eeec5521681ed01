import { ok, type ApiAnswer } from '../control/exchange.ts';
import type { JsonObject } from '../control/lossless-json.ts';
import type { RoutedRequest } from '../control/routes.ts';
import { ArmError } from './errors.ts';
import type { ArmRoute } from './route.ts';
import type { ArmState } from './state.ts';

const subscriptionVersions = ['2022-12-01', '2022-09-01', '2021-01-01', '2020-01-01', '2019-11-01', '2016-06-01'];
const groupVersions = [
  '2025-04-01',
  '2024-11-01',
  '2024-03-01',
  '2023-07-01',
  '2022-09-01',
  '2021-04-01',
  '2020-06-01',
];

const groups = '/subscriptions/{subscription}/resourceGroups';

/** The one subscription with its one resource group: both exist from the start and are not to be changed. */
export const subscriptionRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}',
    operation: 'subscriptions/get',
    resourceType: 'subscriptions',
    apiVersions: subscriptionVersions,
    answer: ({ names }) => ok(describeSubscription(names.subscriptionId)),
  },
  {
    method: 'GET',
    path: groups,
    operation: 'resourceGroups/list',
    resourceType: 'resourceGroups',
    apiVersions: groupVersions,
    answer: (state) => ok({ value: [describeGroup(state)] }),
  },
  {
    method: 'GET',
    path: `${groups}/{group}`,
    operation: 'resourceGroups/get',
    resourceType: 'resourceGroups',
    apiVersions: groupVersions,
    answer: getGroup,
  },
  {
    method: 'HEAD',
    path: `${groups}/{group}`,
    operation: 'resourceGroups/checkExistence',
    resourceType: 'resourceGroups',
    apiVersions: groupVersions,
    answer: ({ names }, { params }) => ({ status: sameName(params['group'], names.resourceGroup) ? 204 : 404 }),
  },
];

function getGroup(state: ArmState, request: RoutedRequest): ApiAnswer {
  requireGroup(state, request);
  return ok(describeGroup(state));
}

/** Names of resources are the same in upper and lower case. */
export const sameName = (given: string | undefined, name: string): boolean =>
  given?.toLowerCase() === name.toLowerCase();

export function requireSubscription({ names }: ArmState, { params }: RoutedRequest): void {
  const { subscription } = params;
  if (sameName(subscription, names.subscriptionId)) return;
  throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${subscription ?? ''}' could not be found.`);
}

export function requireGroup({ names }: ArmState, { params }: RoutedRequest): void {
  const { group } = params;
  if (sameName(group, names.resourceGroup)) return;
  throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group ?? ''}' could not be found.`);
}

function describeSubscription(subscriptionId: string): JsonObject {
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    displayName: 'Medallion local',
    state: 'Enabled',
    authorizationSource: 'RoleBased',
    subscriptionPolicies: { spendingLimit: 'Off' },
  };
}

function describeGroup({ names }: ArmState): JsonObject {
  return {
    id: `/subscriptions/${names.subscriptionId}/resourceGroups/${names.resourceGroup}`,
    name: names.resourceGroup,
    type: 'Microsoft.Resources/resourceGroups',
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded' },
  };
}
