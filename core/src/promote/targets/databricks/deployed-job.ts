import { at, emptyMap, toPlain, type PlainValue } from '../../../project/config-node.ts';
import { deployedConfig } from '../../../project/deployed/deployed-config.ts';
import { bodiesAt, bodyAt, isBody, without, type Body } from '../../canonical.ts';
import { resolveResources } from '../../resource-references.ts';
import type { PromotionContext } from '../target.ts';
import { configuredResource } from './configured-resource.ts';

/** The tag that says which project, target and key a job belongs to. */
export const ownerTag = 'medallion_owner';

export function ownerOf(context: PromotionContext, key: string): string {
  return `${context.owner}/${context.bundle.target}/${key}`;
}

/** Fields of a bundle's job that are no settings of the Jobs API. */
const bundleOnly = ['permissions', 'lifecycle'];

/** The jobs' settings as `databricks bundle deploy` sends them: locked in the UI, paths where the files were uploaded to. */
export function deployedJobs(context: PromotionContext): readonly DeployedJob[] {
  const config = deployedConfig(context.bundle);
  return context.bundle.jobs.flatMap(({ key, name }) => {
    const plain = toPlain(at(config, 'resources', 'jobs', key) ?? emptyMap(config.range));
    return isBody(plain) ? [{ key, name, settings: settingsOf(context, key, plain) }] : [];
  });
}

export interface DeployedJob {
  readonly key: string;
  readonly name: string;
  readonly settings: Body;
}

function settingsOf(context: PromotionContext, key: string, job: Body): Body {
  const settings: Body = {
    ...without(job, bundleOnly),
    tags: { ...texts(bodyAt(job, 'tags') ?? {}), [ownerTag]: ownerOf(context, key) },
    ...listOf(job, 'tasks', textFields),
    ...listOf(job, 'parameters', texts),
  };
  return resolveResources(settings, (path) => configuredResource(context.bundle.config, path));
}

function listOf(job: Body, key: string, change: (item: Body) => Body): Body {
  return job[key] === undefined ? {} : { [key]: bodiesAt(job, key).map(change) };
}

/** Values that YAML reads as numbers or booleans and the Jobs API wants as text. */
function textFields(task: Body): Body {
  const result: Record<string, PlainValue> = { ...task };
  for (const [kind, field] of [
    ['notebook_task', 'base_parameters'],
    ['sql_task', 'parameters'],
    ['run_job_task', 'job_parameters'],
  ] as const) {
    const body = bodyAt(task, kind);
    const values = body && bodyAt(body, field);
    if (body && values) result[kind] = { ...body, [field]: texts(values) };
  }
  const loop = bodyAt(task, 'for_each_task');
  const inner = loop && bodyAt(loop, 'task');
  return inner ? { ...result, for_each_task: { ...loop, task: textFields(inner) } } : result;
}

function texts(values: Body): Body {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value !== null && typeof value !== 'object' ? String(value) : value,
    ]),
  );
}
