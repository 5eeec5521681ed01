import type { BundleJob } from '../../../project/bundle-job.ts';
import { itemsAt, textAt, type ConfigNode } from '../../../project/config-node.ts';
import { bodiesAt, isBody, stableText, textOf, type Body } from '../../canonical.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';
import { jobTarget } from './job.ts';

/** Who may do what with a job: `permissions` of the job and of the bundle. A job of which nothing is said keeps what it has. */
export const jobPermissionsTarget: PromotionTarget = {
  kind: 'databricks/job-permissions',
  caseless: false,
  whenNameTaken: 'refuse',
  removable: true,
  wanted: (context) => Promise.resolve(context.bundle.jobs.flatMap((job) => wantedPermissions(context, job) ?? [])),
  async list(context, refs) {
    const found = await Promise.all(refs.map((ref) => this.find(context, ref)));
    return found.filter((live) => live !== undefined);
  },
  async find(context, ref) {
    const job = await jobTarget.find(context, ref);
    return job?.id === undefined ? undefined : await livePermissions(context, ref, job.id);
  },
  canonical: (body) => ({ access_control_list: directGrants(body).toSorted(byText) }),
  async create(context, wanted) {
    const { job_id: jobId } = wanted.body;
    const id = typeof jobId === 'bigint' || typeof jobId === 'string' ? String(jobId) : '';
    await put(context, id, bodiesAt(wanted.body, 'access_control_list'));
    return id;
  },
  async update(context, wanted, live) {
    await put(context, live.id ?? '', directGrants(wanted.body));
  },
  /** The permissions of a job cannot be taken away: it goes back to its owner's alone. */
  async remove(context, live) {
    await put(context, live.id ?? '', [owner(context)]);
  },
  previous: (_context, live) => Promise.resolve({ access_control_list: directGrants(live.body) }),
};

const principals = ['user_name', 'group_name', 'service_principal_name'] as const;

/** What a permission of the whole bundle is for a job; the Databricks CLI gives each kind of resource its own word. */
const bundleLevels: Readonly<Record<string, string>> = {
  CAN_VIEW: 'CAN_VIEW',
  CAN_RUN: 'CAN_MANAGE_RUN',
  CAN_MANAGE: 'CAN_MANAGE',
};

function wantedPermissions(context: PromotionContext, job: BundleJob): WantedObject | undefined {
  const own: readonly Body[] = itemsAt(job.node, 'permissions').flatMap((item) => grant(item, textAt(item, 'level')));
  const shared: readonly Body[] = itemsAt(context.bundle.config, 'permissions').flatMap((item) =>
    grant(item, bundleLevels[textAt(item, 'level') ?? '']),
  );
  const grants = new Map<string, Body>([...shared, ...own].map((one): [string, Body] => [principalOf(one), one]));
  if (grants.size === 0) return undefined;
  // A job has one owner, and whoever deploys it is that where nobody else is named.
  const isOwned = [...grants.values()].some((one) => one['permission_level'] === 'IS_OWNER');
  if (!isOwned) grants.set(principalOf(owner(context)), owner(context));
  const body = { job_id: `\${resources.jobs.${job.key}.id}`, access_control_list: [...grants.values()] };
  return { name: job.key, title: job.name, body };
}

function grant(item: ConfigNode, level: string | undefined): readonly Body[] {
  const principal = principals.find((kind) => textAt(item, kind) !== undefined);
  if (principal === undefined || level === undefined) return [];
  return [{ [principal]: textAt(item, principal) ?? '', permission_level: level }];
}

function owner({ bundle }: PromotionContext): Body {
  const name = textAt(bundle.config, 'workspace', 'current_user', 'userName') ?? '';
  const isPrincipal = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);
  return { [isPrincipal ? 'service_principal_name' : 'user_name']: name, permission_level: 'IS_OWNER' };
}

async function livePermissions(context: PromotionContext, ref: ObjectRef, id: string): Promise<LiveObject> {
  const { databricks, signal } = context;
  const body = await databricks.request<Body>('GET', pathOf(id), { signal });
  return { name: ref.name, title: ref.title, id, ours: true, body };
}

async function put(context: PromotionContext, id: string, grants: readonly Body[]): Promise<void> {
  const { databricks, signal } = context;
  await databricks.request('PUT', pathOf(id), { body: { access_control_list: grants }, signal });
}

const pathOf = (id: string): string => `/api/2.0/permissions/jobs/${id}`;

/** Sent as `permission_level`, read back as `all_permissions`, inherited ones among them, which nobody gave to this job. */
function directGrants(body: Body): readonly Body[] {
  return bodiesAt(body, 'access_control_list').flatMap((entry) => {
    const principal = principals.find((kind) => textOf(entry[kind]) !== '');
    if (principal === undefined) return [];
    const given = entry['all_permissions'] === undefined ? [entry] : bodiesAt(entry, 'all_permissions');
    return given
      .filter((one) => isBody(one) && one['inherited'] !== true)
      .map((one) => ({ [principal]: textOf(entry[principal]), permission_level: textOf(one['permission_level']) }));
  });
}

function principalOf(one: Body): string {
  return principals.map((kind) => `${kind}=${textOf(one[kind])}`).join();
}

function byText(a: Body, b: Body): number {
  return stableText(a) < stableText(b) ? -1 : 1;
}
