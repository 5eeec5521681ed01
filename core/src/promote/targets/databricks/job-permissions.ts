import { itemsAt, mapAt, textAt, type ConfigNode } from '../../../project/config-node.ts';
import { deployedConfig } from '../../../project/deployed/deployed-config.ts';
import { bodiesAt, isBody, stableText, textOf, type Body } from '../../canonical.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';
import { jobTarget } from './job.ts';

/**
 * Who may do what with a job: `permissions` of the job and of the bundle. Where nothing is said the job keeps what it has. As in the
 * Databricks CLI, whoever deploys is its owner where nobody else is.
 */
export const jobPermissionsTarget: PromotionTarget = {
  kind: 'databricks/job-permissions',
  caseless: false,
  whenNameTaken: 'refuse',
  removable: true,
  wanted: (context) => Promise.resolve(wantedPermissions(context)),
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

function wantedPermissions({ bundle }: PromotionContext): readonly WantedObject[] {
  const jobs = mapAt(deployedConfig(bundle), 'resources', 'jobs');
  return bundle.jobs.flatMap(({ key, name }) => {
    const grants = itemsAt(jobs, key, 'permissions').flatMap(grant);
    if (grants.length === 0) return [];
    const body = { job_id: `\${resources.jobs.${key}.id}`, access_control_list: grants };
    return [{ name: key, title: name, body }];
  });
}

function grant(item: ConfigNode): readonly Body[] {
  const principal = principals.find((kind) => textAt(item, kind) !== undefined);
  const level = textAt(item, 'level');
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

function byText(a: Body, b: Body): number {
  return stableText(a) < stableText(b) ? -1 : 1;
}
