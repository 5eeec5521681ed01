import { stringify } from 'yaml';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { entriesAt, textAt } from '../project/config-node.ts';
import type { Project } from '../project/project.ts';
import type { ResolvedBundle } from '../project/resolve-bundle.ts';
import { settingsFileName } from '../project/settings.ts';
import { hasReference } from '../project/references.ts';

/** Layers in the order in which data flows; others follow by name. */
const usualLayers: readonly string[] = ['landing', 'raw', 'bronze', 'silver', 'gold'];

/** The `medallion.yaml` that a project would have: layers from its schemas, environments from its targets. */
export function inferSettings(
  project: Project,
  bundles: readonly ResolvedBundle[],
  schemasInSql: readonly string[],
): string {
  const layers = new Map<string, { schema: string; container: string }>();
  // Of several bundles the first with jobs is meant; the file says so under parts.
  const main = bundles.find(({ jobs }) => jobs.length > 0) ?? bundles[0];
  for (const bundle of main ? [main] : []) {
    for (const [key, { value }] of entriesAt(bundle.plainResources, 'schemas')) {
      const schema = textAt(value, 'name') ?? key;
      if (hasReference(schema)) continue;
      const container = /^abfss:\/\/([^@/]+)@/.exec(textAt(value, 'storage_root') ?? '')?.[1];
      layers.set(schema, { schema, container: container ?? schema });
    }
  }
  for (const schema of schemasInSql.map((name) => name.toLowerCase())) {
    if (usualLayers.includes(schema) && !layers.has(schema)) layers.set(schema, { schema, container: schema });
  }
  const ordered = [...layers].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const targets = main?.bundle.targets ?? [];
  const environments = {
    local: main && targets.length > 0 ? { target: main.target } : {},
    ...Object.fromEntries(targets.filter((name) => name !== 'local').map((name) => [name, { target: name }])),
  };
  const [first] = project.factories;
  const parts = {
    ...(main && main.bundle.folder !== '' ? { bundle: main.bundle.folder } : {}),
    ...(first && project.factories.length > 1 ? { factory: first.folder === '' ? '.' : first.folder } : {}),
  };
  const settings = {
    ...(ordered.length > 0 ? { layers: Object.fromEntries(ordered) } : {}),
    environments,
    ...(Object.keys(parts).length > 0 ? { parts } : {}),
  };
  return `# Inferred by medallion scan: correct it where the project means something else. Never a secret.\n${stringify(settings)}`;
}

/** Writes the inferred file into the project. Rejects with `settings.exists` rather than replace one. */
export async function writeSettings(root: string, text: string): Promise<string> {
  const path = join(root, settingsFileName);
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ExpectedError({
      code: 'settings.exists',
      message: `${path} exists and is left as it is.`,
      nextStep: 'Edit the file, or move it away first.',
      cause: error,
    });
  }
  return path;
}

function rank(layer: string): number {
  const place = usualLayers.indexOf(layer);
  return place === -1 ? usualLayers.length : place;
}
