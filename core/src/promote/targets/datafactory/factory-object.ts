import { ExpectedError } from '../../../base/expected-error.ts';
import { toPlain, type PlainValue } from '../../../project/config-node.ts';
import { objectsOf, type FactoryObjectKind } from '../../../project/factory.ts';
import { bodiesAt, bodyAt, compact, isBody, sortedBy, without, withoutDefaults, type Body } from '../../canonical.ts';
import { withoutSecrets } from '../../secrets.ts';
import type { DataFactoryPlace, LiveObject, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';
import { inOrderOfNeed } from '../order-of-need.ts';

interface ArmObject {
  readonly name: string;
  readonly etag?: string;
  readonly properties: Body;
}

/** The four kinds differ in their path only: the file is the body, and `annotations` carry the owner's mark. */
export function factoryTarget(kind: FactoryObjectKind, collection: string): PromotionTarget {
  const idOf = (context: PromotionContext, name: string): string =>
    `${place(context).factoryId}/${collection}/${encodeURIComponent(name)}`;
  const put = async (context: PromotionContext, wanted: WantedObject, ifMatch?: string): Promise<void> => {
    const { arm } = place(context);
    await arm.request('PUT', idOf(context, wanted.name), { body: wanted.body, ifMatch, signal: context.signal });
  };
  return {
    kind: `datafactory/${kind}`,
    caseless: true,
    whenNameTaken: 'refuse',
    removable: true,
    wanted(context) {
      const objects = context.dataFactory ? objectsOf(context.dataFactory.factory, kind) : [];
      return Promise.resolve(
        inOrderOfNeed(
          objects.map(({ name, node }) => wantedObject(context, name, toPlain(node))),
          ({ body }) => referencedNames(body),
          true,
        ),
      );
    },
    async list(context, refs) {
      if (!context.dataFactory) return [];
      const { arm, factoryId } = context.dataFactory;
      const recorded = new Set(refs.filter((ref) => ref.recorded).map(({ name }) => name.toLowerCase()));
      const found = await Array.fromAsync(
        arm.list<ArmObject>(`${factoryId}/${collection}`, { signal: context.signal }),
      );
      return found.map((object) => liveObject(context, object, recorded.has(object.name.toLowerCase())));
    },
    async find(context, ref) {
      const found = await place(context).arm.find<ArmObject>(idOf(context, ref.name), { signal: context.signal });
      return found && liveObject(context, found, ref.recorded);
    },
    canonical: canonicalObject,
    async create(context, wanted) {
      await put(context, wanted);
      return undefined;
    },
    update: (context, wanted, live) => put(context, wanted, live.etag),
    async remove(context, live) {
      const { arm } = place(context);
      await arm.request('DELETE', idOf(context, live.name), { ifMatch: live.etag, signal: context.signal });
    },
    previous: (_context, live) =>
      Promise.resolve({ ...live.body, properties: without(bodyAt(live.body, 'properties') ?? {}, serverFields) }),
  };
}

function wantedObject(context: PromotionContext, name: string, plain: PlainValue): WantedObject {
  const written = (isBody(plain) ? bodyAt(plain, 'properties') : undefined) ?? {};
  const properties = without(written, serverFields);
  const annotations = Array.isArray(properties['annotations']) ? (properties['annotations'] as PlainValue[]) : [];
  const marked = [...annotations.filter((one) => one !== markOf(context)), markOf(context)];
  return { name, title: name, body: { name, properties: { ...properties, annotations: marked } } };
}

function liveObject(context: PromotionContext, object: ArmObject, recorded: boolean): LiveObject {
  const { name, etag, properties } = object;
  const annotations: readonly PlainValue[] = Array.isArray(properties['annotations']) ? properties['annotations'] : [];
  return {
    name,
    title: name,
    body: { name, properties },
    ours: recorded || annotations.includes(markOf(context)),
    ...(etag === undefined ? {} : { etag }),
    ...(properties['runtimeState'] === 'Started' ? { running: true } : {}),
  };
}

function markOf(context: PromotionContext): string {
  return `medallion:${context.owner}`;
}

/** What the service writes into properties and nobody sends. */
const serverFields = ['runtimeState', 'lastPublishTime'];

/** Without what the service adds: its own fields, defaults of activities, case of types; and without secrets. */
function canonicalObject(body: Body): Body {
  const properties = without(bodyAt(body, 'properties') ?? {}, serverFields);
  const annotations: readonly PlainValue[] = Array.isArray(properties['annotations']) ? properties['annotations'] : [];
  const complete = { ...properties, annotations: annotations.map(String).toSorted() };
  const plain = compact(plainTypes(withoutSecrets(complete)));
  return isBody(plain) ? plain : {};
}

const activityPolicy = { retry: 0, retryIntervalInSeconds: 30, secureInput: false, secureOutput: false };

/** Real factories hold `"string"` for `"String"` and `dataflow` for `dataFlow`: the service reads both, and may give back either. */
function plainTypes(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return (value as readonly PlainValue[]).map(plainTypes);
  if (!isBody(value)) return value;
  const plain = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'type' && typeof item === 'string' ? item.toLowerCase() : plainTypes(item),
    ]),
  );
  const policy = bodyAt(plain, 'policy');
  const dependsOn = sortedBy(bodiesAt(plain, 'dependsOn'), 'activity');
  return {
    ...plain,
    ...(policy ? { policy: withoutDefaults(policy, activityPolicy) } : {}),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
  };
}

function place(context: PromotionContext): DataFactoryPlace {
  if (context.dataFactory) return context.dataFactory;
  throw new ExpectedError({
    code: 'promote.no-factory',
    message: 'The ledger holds objects of a Data Factory, and the project has no factory any more.',
    nextStep: 'Bring back the folder of the factory, or delete the objects in Data Factory.',
  });
}

/** The names of `{referenceName, type: 'PipelineReference'}`, wherever they stand. */
function referencedNames(value: PlainValue): readonly string[] {
  if (Array.isArray(value)) return (value as readonly PlainValue[]).flatMap(referencedNames);
  if (!isBody(value)) return [];
  const name = value['referenceName'];
  return [...(typeof name === 'string' ? [name] : []), ...Object.values(value).flatMap(referencedNames)];
}
