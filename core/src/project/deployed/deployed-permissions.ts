import {
  emptyMap,
  itemsAt,
  mapValues,
  scalar,
  textAt,
  withEntry,
  type ConfigMap,
  type ConfigNode,
} from '../config-node.ts';

/** What each level of the bundle's own permissions is for a kind of resource, in that kind's words. */
const levels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  jobs: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_VIEW', CAN_RUN: 'CAN_MANAGE_RUN' },
  pipelines: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_VIEW', CAN_RUN: 'CAN_RUN' },
  experiments: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_READ' },
  models: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_READ' },
  model_serving_endpoints: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_VIEW', CAN_RUN: 'CAN_QUERY' },
  dashboards: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_READ' },
  genie_spaces: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_READ' },
  apps: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_USE' },
  secret_scopes: { CAN_MANAGE: 'MANAGE', CAN_VIEW: 'READ' },
  alerts: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_READ', CAN_RUN: 'CAN_RUN' },
  sql_warehouses: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_VIEW', CAN_RUN: 'CAN_MONITOR' },
  database_instances: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_USE' },
  postgres_projects: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_USE' },
  clusters: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_ATTACH_TO', CAN_RUN: 'CAN_RESTART' },
  vector_search_endpoints: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_USE' },
  instance_pools: { CAN_MANAGE: 'CAN_MANAGE', CAN_VIEW: 'CAN_ATTACH_TO' },
};

/** Kinds of resources that have an owner. */
const owned: readonly string[] = ['jobs', 'pipelines', 'sql_warehouses'];

const principals = ['user_name', 'service_principal_name', 'group_name'] as const;

/** Resources with the bundle's permissions after their own, and with whoever deploys among those who may manage them. */
export function withDeployedPermissions(resources: ConfigMap, config: ConfigMap, userName: string): ConfigMap {
  return mapValues(resources, (group, kind) => {
    if (group.kind !== 'map') return group;
    return mapValues(group, (resource) =>
      resource.kind === 'map' ? withPermissions(kind, resource, config, userName) : resource,
    );
  });
}

function withPermissions(kind: string, resource: ConfigMap, config: ConfigMap, userName: string): ConfigMap {
  const own = itemsAt(resource, 'permissions');
  const shared = itemsAt(config, 'permissions').flatMap((item) => sharedPermission(item, kind, own));
  const all = [...own, ...shared];
  if (all.length === 0) return resource;
  const items = kind === 'secret_scopes' ? all : withManager(all, kind, userName, resource);
  return withEntry(resource, 'permissions', { kind: 'list', range: resource.range, items });
}

/** Not where the resource names the principal itself. */
function sharedPermission(item: ConfigNode, kind: string, own: readonly ConfigNode[]): readonly ConfigNode[] {
  const words = Object.hasOwn(levels, kind) ? levels[kind] : undefined;
  const level = words?.[textAt(item, 'level') ?? ''];
  if (level === undefined || item.kind !== 'map') return [];
  if (own.some((one) => principalOf(one) === principalOf(item))) return [];
  return [withEntry(item, 'level', scalar(level, item.range))];
}

function withManager(
  items: readonly ConfigNode[],
  kind: string,
  userName: string,
  { range }: ConfigMap,
): readonly ConfigNode[] {
  const isMine = (item: ConfigNode): boolean =>
    [textAt(item, 'user_name'), textAt(item, 'service_principal_name')].includes(userName);
  const isOwner = (item: ConfigNode): boolean => textAt(item, 'level') === 'IS_OWNER';
  if (items.some((item) => isMine(item) && isOwner(item))) return items;
  const level = owned.includes(kind) && !items.some(isOwner) ? 'IS_OWNER' : 'CAN_MANAGE';
  const managed = items.findIndex((item) => isMine(item) && textAt(item, 'level') === 'CAN_MANAGE');
  if (managed !== -1) {
    return items.map((item, index) =>
      index === managed && item.kind === 'map' ? withEntry(item, 'level', scalar(level, range)) : item,
    );
  }
  const isPrincipal = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(userName);
  const named = withEntry(emptyMap(range), 'level', scalar(level, range));
  const key = isPrincipal ? 'service_principal_name' : 'user_name';
  return [...items, withEntry(named, key, scalar(userName, range))];
}

function principalOf(item: ConfigNode): string {
  return principals.map((kind) => `${kind}=${textAt(item, kind) ?? ''}`).join();
}
