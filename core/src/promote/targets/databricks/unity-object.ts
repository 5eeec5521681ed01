import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { entriesAt, toPlain, type PlainValue } from '../../../project/config-node.ts';
import { compact, isBody, stableText, textOf, type Body } from '../../canonical.ts';
import { resolveResources } from '../../resource-references.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';
import { configuredResource } from './configured-resource.ts';

export interface UnityKind {
  readonly kind: string;
  /** The group under `resources` in a bundle, and the collection of the API: `schemas`. */
  readonly collection: string;
  /** Fields that a bundle may say; the rest is the service's. */
  readonly fields: readonly string[];
  /** What the Databricks CLI deploys where the bundle does not say. */
  readonly defaults?: Body;
  /** Those that PATCH changes. */
  readonly changeable: readonly string[];
  /** The parts of the full name. */
  readonly nameFields: readonly string[];
}

const api = '/api/2.1/unity-catalog';

/**
 * Schemas and volumes. They have no mark of an owner: theirs is what the ledger says. One that somebody else made is used as it
 * is, and none is ever deleted, because data may be in it.
 */
export function unityTarget(unity: UnityKind): PromotionTarget {
  const path = (title: string): string => `${api}/${unity.collection}/${encodeURIComponent(title)}`;
  const find = async (context: PromotionContext, ref: ObjectRef): Promise<LiveObject | undefined> => {
    try {
      const body = await context.databricks.request<Body>('GET', path(ref.title), { signal: context.signal });
      return { name: ref.name, title: ref.title, ours: ref.recorded, body: only(body, unity.fields) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  return {
    kind: unity.kind,
    caseless: true,
    whenNameTaken: 'use',
    removable: false,
    wanted: (context) => Promise.resolve(wantedObjects(context, unity)),
    list: async (context, refs) =>
      (await mapConcurrently(refs, 4, (ref) => find(context, ref))).filter((live) => live !== undefined),
    find,
    canonical: (body) => canonicalObject(body, unity),
    immutable(live, wanted) {
      const fixed = unity.fields.filter((field) => !unity.changeable.includes(field));
      const [a, b] = [canonicalObject(live, unity), canonicalObject(wanted, unity)];
      const changed = fixed.filter((field) => stableText(a[field] ?? null) !== stableText(b[field] ?? null));
      return changed.length > 0 ? `${changed.join(', ')} cannot be changed in place` : undefined;
    },
    async create(context, wanted) {
      await context.databricks.request('POST', `${api}/${unity.collection}`, {
        body: wanted.body,
        signal: context.signal,
      });
      return undefined;
    },
    async update(context, wanted) {
      const changes = { comment: '', ...only(wanted.body, unity.changeable) };
      await context.databricks.request('PATCH', path(wanted.title), { body: changes, signal: context.signal });
    },
    async remove(context, live) {
      await context.databricks.request('DELETE', path(live.title), { signal: context.signal });
    },
    previous: (_context, live) => Promise.resolve(live.body),
  };
}

function wantedObjects(context: PromotionContext, unity: UnityKind): readonly WantedObject[] {
  return entriesAt(context.bundle.config, 'resources', unity.collection).map(([, { value }]) => {
    const plain = toPlain(value);
    const written = { ...unity.defaults, ...only(isBody(plain) ? plain : {}, unity.fields) };
    const body = resolveResources(written, (path) => configuredResource(context.bundle.config, path));
    const title = unity.nameFields
      .map((field) => textOf(body[field]))
      .join('.')
      .toLowerCase();
    return { name: title, title, body };
  });
}

/** Names in lower case, as Unity Catalog keeps them; locations without a trailing slash. */
function canonicalObject(body: Body, unity: UnityKind): Body {
  const entries = unity.fields.flatMap((field): readonly (readonly [string, PlainValue])[] => {
    const value = body[field];
    if (value === undefined || (field === 'storage_location' && body['volume_type'] === 'MANAGED')) return [];
    if (typeof value !== 'string') return [[field, value] as const];
    if (unity.nameFields.includes(field)) return [[field, value.toLowerCase()] as const];
    if (field === 'comment' && value === '') return [];
    return [[field, field.startsWith('storage_') ? value.replace(/\/+$/, '') : value] as const];
  });
  const plain = compact(Object.fromEntries(entries));
  return isBody(plain) ? plain : {};
}

function only(body: Body, fields: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([field]) => fields.includes(field)));
}

function isMissing(error: unknown): boolean {
  return error instanceof ExpectedError && /(does-not-exist|not-found|http-404)$/.test(error.code);
}
