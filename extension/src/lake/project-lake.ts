import type { LakeLayer } from '@medallion/core/lake/nodes.ts';
import { mapAt, textAt } from '@medallion/core/project/config-node.ts';
import { loadProject, primaryBundle, type Project } from '@medallion/core/project/project.ts';
import { resolveBundle, type ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';

/** What the tree and the job picker need of a project, as the local environment sees it. */
export interface ProjectLake {
  readonly layers: readonly LakeLayer[];
  /** The catalog that the bundle's schemas live in; undefined where it declares none. */
  readonly catalog: string | undefined;
  readonly jobs: readonly { readonly key: string; readonly name: string }[];
}

/** @throws ExpectedError as `loadProject` and `resolveBundle` do. */
export async function loadProjectLake(folder: string): Promise<ProjectLake> {
  const project = await loadProject(folder);
  const bundle = localBundle(project);
  return {
    layers: layersOf(project),
    catalog: bundle && catalogOf(bundle),
    jobs: (bundle?.jobs ?? []).map(({ key, name }) => ({ key, name })),
  };
}

function localBundle(project: Project): ResolvedBundle | undefined {
  if (project.bundles.length === 0) return undefined;
  const local = project.settings?.environments?.['local'];
  const variables = Object.entries(local?.variables ?? {}).map(([name, value]) => [name, String(value)] as const);
  return resolveBundle(primaryBundle(project), {
    ...(local?.target === undefined ? {} : { target: local.target }),
    variables: Object.fromEntries(variables),
  });
}

/** The layers of medallion.yaml in their order; bronze, silver and gold where it says nothing. */
function layersOf({ settings }: Project): readonly LakeLayer[] {
  const layers = Object.entries(settings?.layers ?? {});
  if (layers.length === 0) return ['bronze', 'silver', 'gold'].map((name) => ({ name, container: name, schema: name }));
  return layers.flatMap(([name, { container, schema }]) =>
    container === undefined ? [] : [{ name, container, ...(schema === undefined ? {} : { schema }) }],
  );
}

function catalogOf({ config }: ResolvedBundle): string | undefined {
  const schemas = mapAt(config, 'resources', 'schemas');
  return [...(schemas?.entries.values() ?? [])].flatMap(({ value }) => textAt(value, 'catalog_name') ?? [])[0];
}
