import { stringifyLossless } from '@medallion/core/azure/lossless.ts';
import { type Factory, loadFactories } from '@medallion/core/project/factory.ts';
import { readJson } from '@medallion/core/project/read-json.ts';

/** The folders of git mode by the names that Resource Manager has for what is in them. */
const folders: Readonly<Record<string, string>> = {
  factories: 'factory',
  pipelines: 'pipeline',
  datasets: 'dataset',
  linkedservices: 'linkedService',
  triggers: 'trigger',
};

/** A factory as it is deployed, read as its git folder would be: the file of an object is the body that was put. */
export async function deployedFactory(resources: ReadonlyMap<string, unknown>): Promise<Factory | undefined> {
  const texts = new Map<string, string>();
  for (const [path, body] of resources) {
    const [kind = '', name = ''] = path.split('/');
    const folder = folders[kind.toLowerCase()];
    if (folder !== undefined) texts.set(`${folder}/${name}.json`, stringifyLossless(body, 2));
    if (kind.toLowerCase() === 'globalparameters') texts.set(`factory/${name}.json`, globalParametersFile(body));
  }
  const [factory] = await loadFactories({
    files: [...texts.keys()],
    read: (file) => Promise.resolve(readJson(file, texts.get(file) ?? '')),
  });
  return factory;
}

/** Deployed they are an object of their own; in git mode they stand in the factory's file. */
function globalParametersFile(body: unknown): string {
  const globalParameters = (body as { properties?: unknown } | null)?.properties ?? {};
  return stringifyLossless({ properties: { globalParameters } }, 2);
}
