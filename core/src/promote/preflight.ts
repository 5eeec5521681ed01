import { ExpectedError } from '../base/expected-error.ts';
import type { Plan } from './plan.generated.ts';
import { resourceReferences } from './resource-references.ts';
import { idReference, type Snapshot } from './snapshot.ts';
import type { PlainValue } from '../project/config-node.ts';
import { isBody, textOf } from './canonical.ts';
import type { PromotionContext } from './targets/target.ts';

/**
 * What must hold before the first call. Rejects with `promote.name-taken`, `promote.immutable`, `promote.unresolved-reference`,
 * `promote.other-engine`, and with what the services answer where something is not there or not allowed.
 */
export async function preflight(context: PromotionContext, plan: Plan, snapshot: Snapshot): Promise<void> {
  requireNames(plan);
  requireChangeable(plan, snapshot);
  requireReferences(snapshot);
  await requireCatalogs(context, plan, snapshot);
  await requireOnlyEngine(context);
}

function requireNames(plan: Plan): void {
  const taken = plan.items.filter(({ conflict }) => conflict === true);
  if (taken.length === 0) return;
  throw new ExpectedError({
    code: 'promote.name-taken',
    message: `Somebody else's objects have names that this project needs: ${taken.map(({ kind, name }) => `${kind} ${name}`).join(', ')}.`,
    nextStep: 'Rename the objects here or there; what this project did not make is never touched.',
  });
}

function requireChangeable(plan: Plan, snapshot: Snapshot): void {
  for (const { key, action, title } of plan.items) {
    if (action !== 'update' && action !== 'drift') continue;
    const [wanted, live] = [snapshot.wanted.get(key), snapshot.live.get(key)];
    const reason = wanted && live ? wanted.target.immutable?.(live.object.body, wanted.object.body) : undefined;
    if (reason === undefined) continue;
    throw new ExpectedError({
      code: 'promote.immutable',
      message: `${title} cannot be updated: ${reason}.`,
      nextStep: 'Give it another name, or delete the old one by hand after its data has been moved.',
    });
  }
}

/** Every reference has a value now, or gets one when a job of the plan is created. */
function requireReferences(snapshot: Snapshot): void {
  const expected = new Set([...snapshot.wanted.values()].map(({ target, object }) => idReference(target, object.name)));
  for (const { key, object } of snapshot.wanted.values()) {
    const unknown = [
      ...resourceReferences(object.body).filter((reference) => !expected.has(reference)),
      ...bundleReferences(object.body),
    ];
    if (unknown.length === 0) continue;
    throw new ExpectedError({
      code: 'promote.unresolved-reference',
      message: `${key} refers to \${${unknown[0] ?? ''}}, which has no value.`,
      nextStep: 'Declare what it names, or give the variable a value for this environment in medallion.yaml.',
    });
  }
}

/** References that only a bundle knows; Data Factory's and Databricks' own expressions look different. */
function bundleReferences(value: PlainValue): readonly string[] {
  if (typeof value === 'string') {
    return [...value.matchAll(/\$\{((?:var|bundle|workspace)\.[^}]+)\}/g)].map((match) => match[1] ?? '');
  }
  if (Array.isArray(value)) return (value as readonly PlainValue[]).flatMap(bundleReferences);
  return isBody(value) ? Object.values(value).flatMap(bundleReferences) : [];
}

/** An administrator makes catalogs; schemas and volumes are made in them. */
async function requireCatalogs(context: PromotionContext, plan: Plan, snapshot: Snapshot): Promise<void> {
  const { databricks, signal } = context;
  const created = plan.items.filter(({ action }) => action === 'create').map(({ key }) => snapshot.wanted.get(key));
  const catalogs = new Set(created.flatMap((wanted) => textOf(wanted?.object.body['catalog_name']) || []));
  for (const catalog of catalogs) {
    try {
      await databricks.request('GET', `/api/2.1/unity-catalog/catalogs/${encodeURIComponent(catalog)}`, { signal });
    } catch (error) {
      throw isMissing(error) ? noCatalog(catalog) : error;
    }
  }
}

function noCatalog(catalog: string): ExpectedError {
  return new ExpectedError({
    code: 'promote.no-catalog',
    message: `There is no catalog ${catalog}.`,
    nextStep: 'Have it made by whoever administers Unity Catalog, or correct the variable that names it.',
    kind: 'environment',
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof ExpectedError && /(does-not-exist|not-found|http-404)$/.test(error.code);
}

/** Files in which the Databricks CLI keeps what it deployed: by Terraform, and by itself. */
const otherState = ['terraform.tfstate', 'resources.json', 'deployment.json'];

/** Two engines on one target would undo each other's work, because neither knows the other's state. */
async function requireOnlyEngine(context: PromotionContext): Promise<void> {
  if (context.bundle.jobs.length === 0) return;
  const found = (await listNames(context, context.statePath)).filter((name) => otherState.includes(name));
  if (found.length === 0) return;
  throw new ExpectedError({
    code: 'promote.other-engine',
    message: `The Databricks CLI has deployed this target: ${context.statePath} holds ${found.join(', ')}.`,
    nextStep: `Go on with "databricks bundle deploy", or run "databricks bundle destroy --target ${context.bundle.target}" first.`,
  });
}

async function listNames(context: PromotionContext, path: string): Promise<readonly string[]> {
  const { databricks, signal } = context;
  try {
    const answer = await databricks.request<{ objects?: { path: string }[] }>('GET', '/api/2.0/workspace/list', {
      query: { path },
      signal,
    });
    return (answer.objects ?? []).map((object) => object.path.slice(object.path.lastIndexOf('/') + 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
