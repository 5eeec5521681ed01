import { posix } from 'node:path';
import { mapConcurrently } from '../base/concurrency.ts';
import {
  at,
  emptyMap,
  itemsAt,
  mapAt,
  scalar,
  textAt,
  withEntry,
  type ConfigMap,
  type ConfigNode,
} from './config-node.ts';
import { objectsOf, type Factory, type FactoryObject, type FactoryObjectKind } from './factory.ts';
import { parseConfig, type TextFile } from './text-file.ts';

/** What the search for templates needs of a disk. */
export interface TemplateFiles {
  /** Relative to the project's root. */
  readonly files: readonly string[];
  readonly readText: (file: string) => Promise<TextFile>;
}

const kinds: readonly (readonly [FactoryObjectKind, collection: string])[] = [
  ['pipeline', 'pipelines'],
  ['dataset', 'datasets'],
  ['linkedService', 'linkedservices'],
];

/** What each type of resource is, in lower case. */
const objectKinds: ReadonlyMap<string, FactoryObjectKind> = new Map(
  kinds.flatMap(([kind, collection]) => [
    [`microsoft.datafactory/factories/${collection}`, kind],
    [`microsoft.synapse/workspaces/${collection}`, kind],
  ]),
);

/**
 * The factories that stand in Resource Manager templates with pipelines: exports of a factory, gallery templates, hand-written ones. A template
 * that a factory's publishing made of pipelines that lie here too is left out, and so are the parts into which it was split.
 */
export async function templatePipelines(
  { files, readText }: TemplateFiles,
  factories: readonly Factory[],
): Promise<readonly Factory[]> {
  const own = new Set(factories.flatMap(({ objects }) => objects.map(({ file }) => file)));
  const candidates = files.filter((file) => /\.json$/i.test(file) && !own.has(file) && !isPart(file, files));
  const read = await mapConcurrently(candidates, 16, async (file) => {
    const text = await readText(file);
    return text.ok && text.text.includes('deploymentTemplate.json') ? pipelinesIn(file, text.text) : undefined;
  });
  const here = new Set(factories.flatMap((factory) => objectsOf(factory, 'pipeline').map(({ name }) => name)));
  return read.flatMap((factory) => {
    const pipelines = factory ? objectsOf(factory, 'pipeline') : [];
    if (!factory || pipelines.length === 0) return [];
    return pipelines.every(({ name }) => here.has(name)) ? [] : [factory];
  });
}

function pipelinesIn(file: string, text: string): Factory {
  const { node, diagnostics } = parseConfig(file, text);
  const folder = posix.dirname(file) === '.' ? '' : posix.dirname(file);
  return { folder, objects: node ? resourcesIn(node, file, '') : [], diagnostics };
}

/** Resources stand in a template's list, inside the resource that holds them, and in the templates of nested deployments. */
function resourcesIn(holder: ConfigNode, file: string, parent: string): readonly FactoryObject[] {
  return itemsAt(holder, 'resources').flatMap((resource) => {
    if (resource.kind !== 'map') return [];
    const written = (textAt(resource, 'type') ?? '').toLowerCase();
    const type = parent !== '' && !written.includes('/') ? `${parent}/${written}` : written;
    const kind = objectKinds.get(type);
    const nested = mapAt(resource, 'properties', 'template');
    return [
      ...(kind ? [toObject(kind, resource, file)] : []),
      ...resourcesIn(resource, file, type),
      ...(nested ? resourcesIn(nested, file, '') : []),
    ];
  });
}

function toObject(kind: FactoryObjectKind, resource: ConfigMap, file: string): FactoryObject {
  const name = lastPart(textAt(resource, 'name') ?? '(unnamed)');
  const range = at(resource, 'name')?.range ?? resource.range;
  const properties = mapAt(resource, 'properties') ?? emptyMap(resource.range);
  const node = withEntry(withEntry(emptyMap(resource.range), 'name', scalar(name, range)), 'properties', properties);
  return { kind, name, file, node, range };
}

/** `[concat(parameters('factoryName'), '/daily')]` names the pipeline `daily`. */
function lastPart(name: string): string {
  const literal = name.startsWith('[') ? [...name.matchAll(/'([^']*)'/g)].at(-1)?.[1] : name;
  return literal?.split('/').at(-1) || name;
}

/** `linkedTemplates/` beside the whole template repeats it in parts. */
function isPart(file: string, files: readonly string[]): boolean {
  const folder = posix.dirname(file);
  if (posix.basename(folder) !== 'linkedTemplates') return false;
  return files.some(
    (other) => posix.dirname(other) === posix.dirname(folder) && /^(ARM)?Template.*\.json$/.test(posix.basename(other)),
  );
}
