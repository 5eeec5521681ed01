import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { RoutedRequest } from '../../control/routes.ts';
import { ArmError } from '../errors.ts';
import type { ArmRoute } from '../route.ts';
import type { ArmState } from '../state.ts';
import { checkObject } from './checks.ts';
import { objectKey, resourceId } from './identity.ts';
import { factoryApiVersions, kinds, type FactoryKind } from './kinds.ts';
import { readBack } from './read-back.ts';
import type { FactoryObject } from './records.ts';
import { requireReferences, requireUnreferenced } from './references.ts';
import { bodyOf, factoryOf, factoryPath, isUnchanged, newEtag, objectOf, requireMatch } from './request.ts';

/** The same four operations on every kind of object. */
export const objectRoutes: readonly ArmRoute[] = kinds.flatMap(({ kind }) => routesOf(kind));

function routesOf(kind: FactoryKind): readonly ArmRoute[] {
  const common = { resourceType: `factories/${kind}`, apiVersions: factoryApiVersions };
  const [all, one, name] = [`${factoryPath}/${kind}`, `${factoryPath}/${kind}/{name}`, `datafactory/${kind}`];
  return [
    {
      method: 'GET',
      path: all,
      operation: `${name}/list`,
      ...common,
      answer: (state, request) => list(state, request, kind),
    },
    {
      method: 'GET',
      path: one,
      operation: `${name}/get`,
      ...common,
      answer: (state, request) => get(state, request, kind),
    },
    {
      method: 'PUT',
      path: one,
      operation: `${name}/put`,
      ...common,
      answer: (state, request) => put(state, request, kind),
    },
    {
      method: 'DELETE',
      path: one,
      operation: `${name}/delete`,
      ...common,
      answer: (state, request) => remove(state, request, kind),
    },
  ];
}

/** Objects on one page of a list. */
const pageSize = 50;

function list(state: ArmState, request: RoutedRequest, kind: FactoryKind): ApiAnswer {
  const factory = factoryOf(state, request).name;
  const all = state.objects
    .values()
    .filter((object) => object.factory === factory && object.kind === kind)
    .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const start = startOf(request);
  const value = all.slice(start, start + pageSize).map((object) => readBack(state, object));
  if (start + pageSize >= all.length) return ok({ value });
  const next = new URLSearchParams(request.query);
  next.set('$skiptoken', String(start + pageSize));
  return ok({ value, nextLink: `${request.origin}${request.path}?${next.toString()}` });
}

function startOf({ query }: RoutedRequest): number {
  const token = query.get('$skiptoken') ?? '0';
  if (/^\d{1,9}$/.test(token)) return Number(token);
  throw new ArmError(400, 'BadRequest', 'The $skiptoken is not valid.');
}

function get(state: ArmState, request: RoutedRequest, kind: FactoryKind): ApiAnswer {
  const object = objectOf(state, request, kind);
  return isUnchanged(request, object) ? { status: 304 } : ok(readBack(state, object));
}

function put(state: ArmState, request: RoutedRequest, kind: FactoryKind): ApiAnswer {
  const factory = factoryOf(state, request).name;
  const name = request.params['name'] ?? '';
  const key = objectKey(factory, kind, name);
  const old = state.objects.get(key);
  const object: FactoryObject = {
    factory,
    kind,
    name: old?.name ?? name,
    body: bodyOf(request),
    etag: newEtag(),
    changedAt: new Date().toISOString(),
  };
  const target = resourceId(state, object);
  requireName(name, target);
  requireMatch(request, old, target);
  if (old) requireStopped(old, target);
  checkObject(object, target);
  requireReferences(state, object);
  state.objects.set(key, object);
  return ok(readBack(state, object));
}

/** Naming rules for Data Factory: what the names of its objects may hold. */
function requireName(name: string, target: string): void {
  if (/^[A-Za-z0-9_][^<>*#.%&:\\+?/]{0,259}$/.test(name)) return;
  const message = `Invalid resource name '${name}': it must begin with a letter, digit or _ and must not hold < > * # . % & : \\ + ? /`;
  throw new ArmError(400, 'BadRequest', message, target);
}

function requireStopped(object: FactoryObject, target: string): void {
  if (object.started !== true) return;
  const message = 'Cannot update enabled Trigger; the trigger needs to be disabled first. ';
  throw new ArmError(400, 'TriggerEnabledCannotUpdate', message, target);
}

/** 204 where there was nothing to delete. */
function remove(state: ArmState, request: RoutedRequest, kind: FactoryKind): ApiAnswer {
  const factory = factoryOf(state, request).name;
  const key = objectKey(factory, kind, request.params['name'] ?? '');
  const object = state.objects.get(key);
  if (!object) return { status: 204 };
  const target = resourceId(state, object);
  requireMatch(request, object, target);
  requireStopped(object, target);
  requireUnreferenced(state, object);
  state.objects.delete(key);
  return { status: 200 };
}
