import { toPlain } from '../../../project/config-node.ts';
import { objectsOf } from '../../../project/factory.ts';
import { bodyAt, compact, isBody, type Body } from '../../canonical.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';

interface Answer {
  readonly name: string;
  readonly etag?: string;
  readonly properties: Body;
}

/** A factory has one set of them, and it has this name. */
const name = 'default';

/**
 * `properties.globalParameters` of the factory's file: deployed they are an object of their own. They carry no mark of an owner, so
 * that a set that somebody else made is used as it is, and shown.
 */
export const globalParametersTarget: PromotionTarget = {
  kind: 'datafactory/global-parameters',
  caseless: true,
  whenNameTaken: 'use',
  removable: true,
  wanted: (context) => Promise.resolve(wantedParameters(context)),
  async list(context, refs) {
    const found = await Promise.all(refs.map((ref) => this.find(context, ref)));
    return found.filter((live) => live !== undefined);
  },
  async find(context, ref) {
    const { dataFactory, signal } = context;
    const found = await dataFactory?.arm.find<Answer>(idOf(context), { signal });
    return found && liveParameters(found, ref);
  },
  canonical: (body) => {
    const plain = compact(bodyAt(body, 'properties') ?? {});
    return isBody(plain) ? plain : {};
  },
  async create(context, wanted) {
    await put(context, wanted);
    return undefined;
  },
  update: (context, wanted, live) => put(context, wanted, live.etag),
  async remove(context, live) {
    await context.dataFactory?.arm.request('DELETE', idOf(context), { ifMatch: live.etag, signal: context.signal });
  },
  previous: (_context, live) => Promise.resolve(live.body),
};

function wantedParameters({ dataFactory }: PromotionContext): readonly WantedObject[] {
  const files = dataFactory ? objectsOf(dataFactory.factory, 'factory').map(({ node }) => toPlain(node)) : [];
  const declared = files.flatMap((file) => {
    const properties = isBody(file) ? bodyAt(file, 'properties') : undefined;
    return properties ? [bodyAt(properties, 'globalParameters') ?? {}] : [];
  });
  const written = Object.assign({}, ...declared) as Body;
  if (Object.keys(written).length === 0) return [];
  const given = dataFactory?.globalParameters ?? {};
  const properties = Object.fromEntries(
    Object.entries(written).map(([key, definition]) => {
      const value = given[key];
      return [key, isBody(definition) && value !== undefined ? { ...definition, value } : definition];
    }),
  );
  return [{ name, title: 'global parameters', body: { properties } }];
}

function liveParameters({ etag, properties }: Answer, ref: ObjectRef): LiveObject {
  // An empty set is what a factory may have from the start.
  const ours = ref.recorded || Object.keys(properties).length === 0;
  return { name, title: ref.title, ours, body: { properties }, ...(etag === undefined ? {} : { etag }) };
}

async function put(context: PromotionContext, wanted: WantedObject, ifMatch?: string): Promise<void> {
  const { dataFactory, signal } = context;
  await dataFactory?.arm.request('PUT', idOf(context), { body: wanted.body, ifMatch, signal });
}

function idOf({ dataFactory }: PromotionContext): string {
  return `${dataFactory?.factoryId ?? ''}/globalParameters/${name}`;
}
