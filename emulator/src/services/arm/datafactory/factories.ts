import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { RoutedRequest } from '../../control/routes.ts';
import { ArmError } from '../errors.ts';
import type { ArmRoute } from '../route.ts';
import type { ArmState } from '../state.ts';
import { requireGroup } from '../subscriptions.ts';
import { resourceId } from './identity.ts';
import { factoryApiVersions } from './kinds.ts';
import { readBackFactory } from './read-back.ts';
import type { FactoryObject } from './records.ts';
import { bodyOf, factoryOf, factoryPath, isUnchanged, newEtag, requireMatch } from './request.ts';

const common = { resourceType: 'factories', apiVersions: factoryApiVersions };

export const factoryRoutes: readonly ArmRoute[] = [
  { method: 'GET', path: factoryPath, operation: 'datafactory/factories/get', ...common, answer: get },
  { method: 'PUT', path: factoryPath, operation: 'datafactory/factories/put', ...common, answer: put },
  {
    method: 'GET',
    path: factoryPath.replace('/{factory}', ''),
    operation: 'datafactory/factories/list',
    ...common,
    answer: list,
  },
];

/** The factory of the emulator's description is there from the start. */
export function ensureFactory(state: ArmState): void {
  const name = state.names.factoryName;
  if (state.factories.has(name.toLowerCase())) return;
  state.factories.set(name.toLowerCase(), newFactory(name, { location: 'westeurope' }));
}

const newFactory = (name: string, body: FactoryObject['body']): FactoryObject => ({
  factory: name,
  kind: '',
  name,
  body,
  etag: newEtag(),
  changedAt: new Date().toISOString(),
});

function get(state: ArmState, request: RoutedRequest): ApiAnswer {
  const factory = factoryOf(state, request);
  return isUnchanged(request, factory) ? { status: 304 } : ok(readBackFactory(state, factory));
}

function put(state: ArmState, request: RoutedRequest): ApiAnswer {
  requireGroup(state, request);
  const name = request.params['factory'] ?? '';
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{1,61}[A-Za-z0-9]$/.test(name)) {
    const message = `The factory name '${name}' is not valid: 3 to 63 letters, digits and hyphens are expected.`;
    throw new ArmError(400, 'InvalidResourceName', message);
  }
  const body = bodyOf(request);
  if (typeof body['location'] !== 'string') {
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  const old = state.factories.get(name.toLowerCase());
  const factory = { ...newFactory(old?.name ?? name, body), ...(old ? { changedAt: old.changedAt } : {}) };
  requireMatch(request, old, resourceId(state, factory));
  state.factories.set(name.toLowerCase(), factory);
  return ok(readBackFactory(state, factory));
}

function list(state: ArmState, request: RoutedRequest): ApiAnswer {
  requireGroup(state, request);
  return ok({ value: state.factories.values().map((factory) => readBackFactory(state, factory)) });
}
