import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { primaryFactory, loadProject } from '@medallion/core/project/project.ts';
import type { Factory } from '@medallion/core/project/factory.ts';

const dataset = {
  type: 'Binary',
  linkedServiceName: { referenceName: 'lake', type: 'LinkedServiceReference' },
  parameters: {
    container: { type: 'string' },
    folder: { type: 'string' },
    file: { type: 'string', defaultValue: '' },
  },
  typeProperties: {
    location: {
      type: 'AzureBlobFSLocation',
      fileSystem: { value: '@dataset().container', type: 'Expression' },
      folderPath: { value: '@dataset().folder', type: 'Expression' },
      fileName: { value: '@dataset().file', type: 'Expression' },
    },
  },
};

const linkedService = { type: 'AzureBlobFS', typeProperties: { url: 'https://stshop.dfs.core.windows.net' } };

/**
 * A factory in git mode with one linked service, one dataset and the given pipeline, loaded from `folder`.
 * @param variants of the dataset, by name
 */
export async function writeFactory(
  folder: string,
  pipeline: unknown,
  variants: Readonly<Record<string, object>> = {},
): Promise<Factory> {
  const objects = [
    ['linkedService', 'lake', linkedService],
    ['dataset', 'files', dataset],
    ['pipeline', 'p', pipeline],
    ...Object.entries(variants).map(([name, change]) => ['dataset', name, { ...dataset, ...change }] as const),
  ] as const;
  for (const [kind, name, properties] of objects) {
    await mkdir(join(folder, kind), { recursive: true });
    await writeFile(join(folder, kind, `${name}.json`), JSON.stringify({ name, properties }));
  }
  const factory = primaryFactory(await loadProject(folder));
  if (!factory) throw new Error('the folder holds no factory');
  return factory;
}
