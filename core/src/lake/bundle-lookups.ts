import { ExpectedError } from '../base/expected-error.ts';
import type { SourceRange } from '../base/diagnostic.ts';
import { entriesAt, mapAt, textAt } from '../project/config-node.ts';
import type { ResolvedBundle } from '../project/resolve-bundle.ts';
import { suggestName } from './nearest-name.ts';
import type { DatabricksPort } from './unity-catalog.ts';

/** A variable whose value a workspace tells: the id of what has this name there. */
interface WantedId {
  readonly variable: string;
  readonly kind: string;
  readonly name: string;
  readonly range: SourceRange;
}

type Row = Readonly<Record<string, unknown>>;

/** Where a workspace lists one kind of thing. */
interface Listing {
  readonly path: string;
  readonly query?: (name: string) => Readonly<Record<string, string>>;
  /** The array in the answer. */
  readonly rows: string;
  readonly name: (row: Row) => unknown;
  readonly id: string;
}

const named = (key: string) => (row: Row) => row[key];
const inSettings = (row: Row): unknown => (row['settings'] as Row | undefined)?.['name'];
const scim = (name: string): string => `displayName eq "${name.replaceAll('"', '\\"')}"`;

/** The kinds of `lookup`, with the lists that the Databricks CLI asks for each; a new one is a row. */
const listings: Readonly<Record<string, Listing>> = {
  alert: { path: '/api/2.0/sql/alerts', rows: 'results', name: named('display_name'), id: 'id' },
  cluster: {
    path: '/api/2.1/clusters/list',
    query: () => ({ 'filter_by.cluster_sources': 'API,UI' }),
    rows: 'clusters',
    name: named('cluster_name'),
    id: 'cluster_id',
  },
  cluster_policy: { path: '/api/2.0/policies/clusters/list', rows: 'policies', name: named('name'), id: 'policy_id' },
  instance_pool: {
    path: '/api/2.0/instance-pools/list',
    rows: 'instance_pools',
    name: named('instance_pool_name'),
    id: 'instance_pool_id',
  },
  job: { path: '/api/2.2/jobs/list', query: (name) => ({ name }), rows: 'jobs', name: inSettings, id: 'job_id' },
  metastore: { path: '/api/2.1/unity-catalog/metastores', rows: 'metastores', name: named('name'), id: 'metastore_id' },
  notification_destination: {
    path: '/api/2.0/notification-destinations',
    query: () => ({ page_size: '200' }),
    rows: 'results',
    name: named('display_name'),
    id: 'id',
  },
  pipeline: { path: '/api/2.0/pipelines', rows: 'statuses', name: named('name'), id: 'pipeline_id' },
  query: { path: '/api/2.0/sql/queries', rows: 'results', name: named('display_name'), id: 'id' },
  service_principal: {
    path: '/api/2.0/preview/scim/v2/ServicePrincipals',
    query: (name) => ({ filter: scim(name) }),
    rows: 'Resources',
    name: named('displayName'),
    id: 'applicationId',
  },
  warehouse: { path: '/api/2.0/sql/warehouses', rows: 'warehouses', name: named('name'), id: 'id' },
};

/** The variables of a bundle that have a `lookup` and no value yet. */
export function wantedIds({ config, variables }: ResolvedBundle): readonly WantedId[] {
  return entriesAt(config, 'variables').flatMap(([variable, { value }]) => {
    const lookup = variables.has(variable) ? undefined : mapAt(value, 'lookup');
    if (!lookup) return [];
    return [...lookup.entries].map(([kind, entry]) => {
      return { variable, kind, name: textAt(entry.value) ?? '', range: entry.keyRange };
    });
  });
}

/**
 * Asks a workspace for the ids that a bundle's variables look up, by the name of each variable.
 * Rejects with `bundle.lookup-not-found` where nothing or more than one thing has the name, with `bundle.lookup-not-emulated` for a kind
 * that is not asked for, and as the workspace does.
 */
export async function lookUpIds(
  databricks: DatabricksPort,
  bundle: ResolvedBundle,
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const wanted of wantedIds(bundle)) found[wanted.variable] = await idOf(databricks, wanted);
  return found;
}

async function idOf(databricks: DatabricksPort, wanted: WantedId): Promise<string> {
  const listing = Object.hasOwn(listings, wanted.kind) ? listings[wanted.kind] : undefined;
  if (!listing) throw notAsked(wanted);
  const names: string[] = [];
  const ids: string[] = [];
  for await (const row of rowsOf(databricks, listing, wanted.name)) {
    const name = listing.name(row);
    if (typeof name === 'string') names.push(name);
    if (name === wanted.name) ids.push(String(row[listing.id]));
  }
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw notOne(wanted, ids.length, names);
  return id;
}

async function* rowsOf(databricks: DatabricksPort, listing: Listing, name: string): AsyncIterable<Row> {
  let page: Readonly<Record<string, string>> = {};
  for (;;) {
    const query = { ...listing.query?.(name), ...page };
    const answer = await databricks.request<Row>('GET', listing.path, { query });
    yield* (answer[listing.rows] ?? []) as readonly Row[];
    const next = answer['next_page_token'];
    if (typeof next !== 'string' || next === '') return;
    page = { page_token: next };
  }
}

function notOne({ variable, kind, name, range }: WantedId, count: number, existing: readonly string[]): ExpectedError {
  const thing = kind.replaceAll('_', ' ');
  return new ExpectedError({
    code: 'bundle.lookup-not-found',
    message:
      count === 0
        ? `The variable ${variable} looks up the ${thing} '${name}', which this workspace does not have.`
        : `The variable ${variable} looks up the ${thing} '${name}', and ${count} have this name.`,
    nextStep:
      count === 0
        ? `${suggestName(name, existing, `${thing}s`)} Or give the variable a value for this environment in medallion.yaml.`
        : 'Give the variable the id of one of them for this environment in medallion.yaml.',
    range,
  });
}

function notAsked({ variable, kind, range }: WantedId): ExpectedError {
  return new ExpectedError({
    code: 'bundle.lookup-not-emulated',
    message: `The variable ${variable} looks up a ${kind}, which is not asked for.`,
    nextStep: `Give the variable a value for this environment in medallion.yaml. Asked for: ${Object.keys(listings).join(', ')}.`,
    range,
  });
}
