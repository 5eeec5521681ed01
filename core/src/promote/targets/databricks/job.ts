import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { DatabricksId } from '../../../azure/databricks.ts';
import { bodiesAt, bodyAt, type Body } from '../../canonical.ts';
import { inOrderOfNeed } from '../order-of-need.ts';
import { resourceReferences } from '../../resource-references.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';
import { canonicalJob } from './canonical-job.ts';
import { deployedJobs, ownerTag, ownerOf } from './deployed-job.ts';
import { withLibraries } from './job-libraries.ts';

interface JobAnswer {
  readonly job_id: DatabricksId;
  readonly settings: Body;
  readonly next_page_token?: string;
}

interface JobList {
  readonly jobs?: readonly JobAnswer[];
  readonly next_page_token?: string;
}

const api = '/api/2.2/jobs';

/** Found by the recorded id, else by name and ownership tag: names are not unique, and `create` takes no idempotency key. */
export const jobTarget: PromotionTarget = {
  kind: 'databricks/job',
  caseless: false,
  whenNameTaken: 'refuse',
  removable: true,
  wanted: async (context) => {
    const libraries = await context.libraries();
    const jobs = deployedJobs(context).map(({ key, name, settings }) => {
      return { name: key, title: name, body: withLibraries(settings, libraries) };
    });
    return afterReferenced(jobs);
  },
  async list(context, refs) {
    const found = await mapConcurrently(refs, 4, async (ref) => [
      await this.find(context, ref),
      ...(await namesakes(context, ref)),
    ]);
    return found.flat().filter((live) => live !== undefined);
  },
  async find(context, ref) {
    if (ref.id !== undefined) {
      const recorded = await getJob(context, ref, ref.id);
      if (recorded) return recorded;
    }
    const owned = (await jobsNamed(context, ref.title)).find((job) => isOwned(context, ref.name, job));
    return owned && (await getJob(context, ref, String(owned.job_id)));
  },
  canonical: canonicalJob,
  immutable: (live, wanted) =>
    live['run_as'] !== undefined && wanted['run_as'] === undefined
      ? 'a job keeps its run_as when none is sent; name the principal in the bundle'
      : undefined,
  async create(context, wanted) {
    const { databricks, signal } = context;
    const { job_id: id } = await databricks.request<JobAnswer>('POST', `${api}/create`, { body: wanted.body, signal });
    return String(id);
  },
  async update(context, wanted, live) {
    const body = { job_id: BigInt(live.id ?? 0), new_settings: wanted.body };
    await context.databricks.request('POST', `${api}/reset`, { body, signal: context.signal });
  },
  async remove(context, live) {
    const body = { job_id: BigInt(live.id ?? 0) };
    await context.databricks.request('POST', `${api}/delete`, { body, signal: context.signal });
  },
  previous: (_context, live) => Promise.resolve(live.body),
};

/** Jobs after those whose ids they need. */
function afterReferenced(jobs: readonly WantedObject[]): readonly WantedObject[] {
  return inOrderOfNeed(jobs, ({ body }) =>
    resourceReferences(body).flatMap((reference) => /^resources\.jobs\.(.+)\.id$/.exec(reference)?.[1] ?? []),
  );
}

/** A job with all its tasks, of which one page has 100. Undefined where it is gone; a deleted job may answer 403. */
async function getJob(context: PromotionContext, ref: ObjectRef, id: string): Promise<LiveObject | undefined> {
  try {
    const first = await page(context, id, undefined);
    const tasks = [...bodiesAt(first.settings, 'tasks')];
    for (let token = first.next_page_token; token !== undefined && token !== '';) {
      const next = await page(context, id, token);
      tasks.push(...bodiesAt(next.settings, 'tasks'));
      token = next.next_page_token;
    }
    return { name: ref.name, title: nameOf(first), id, ours: true, body: { ...first.settings, tasks } };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function page(context: PromotionContext, id: string, token: string | undefined): Promise<JobAnswer> {
  const { databricks, signal } = context;
  return await databricks.request<JobAnswer>('GET', `${api}/get`, { query: { job_id: id, page_token: token }, signal });
}

function isGone(error: unknown): boolean {
  const gone = ['invalid-parameter-value', 'resource-does-not-exist', 'permission-denied', 'not-found', 'http-404'];
  return error instanceof ExpectedError && gone.some((code) => error.code === `databricks.${code}`);
}

async function jobsNamed(context: PromotionContext, name: string): Promise<readonly JobAnswer[]> {
  const { databricks, signal } = context;
  const jobs: JobAnswer[] = [];
  let token: string | undefined;
  do {
    const query = { name, limit: 100, page_token: token };
    const answer = await databricks.request<JobList>('GET', `${api}/list`, { query, signal });
    jobs.push(...(answer.jobs ?? []));
    token = answer.next_page_token;
  } while (token !== undefined && token !== '');
  // The service compares without regard to case.
  return jobs.filter((job) => nameOf(job) === name);
}

/** Jobs with the same name that somebody else made: they are shown, and ours stands beside them. */
async function namesakes(context: PromotionContext, ref: ObjectRef): Promise<readonly LiveObject[]> {
  const jobs = await jobsNamed(context, ref.title);
  return jobs
    .filter((job) => !isOwned(context, ref.name, job) && String(job.job_id) !== ref.id)
    .map((job) => {
      const id = String(job.job_id);
      return { name: `${ref.name}#${id}`, title: nameOf(job), id, ours: false, body: job.settings };
    });
}

function isOwned(context: PromotionContext, key: string, job: JobAnswer): boolean {
  return bodyAt(job.settings, 'tags')?.[ownerTag] === ownerOf(context, key);
}

function nameOf(job: JobAnswer): string {
  return typeof job.settings['name'] === 'string' ? job.settings['name'] : '';
}
