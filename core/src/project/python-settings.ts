import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MedallionSettings, PythonSettings } from './medallion.generated.ts';
import { readYaml } from './read-yaml.ts';
import { readSettings, settingsFileName } from './settings.ts';

/** `python` of the project's medallion.yaml; empty where the file, or the part, is not there or is broken, which validation tells. */
export async function pythonSettings(root: string): Promise<PythonSettings> {
  return (await settingsOf(root))?.python ?? {};
}

/** `gates` of the project's medallion.yaml, by `job/task`. */
export async function metricGates(root: string): Promise<NonNullable<MedallionSettings['gates']>> {
  return (await settingsOf(root))?.gates ?? {};
}

async function settingsOf(root: string): Promise<MedallionSettings | undefined> {
  const text = await readFile(join(root, settingsFileName), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { node } = readYaml(settingsFileName, text);
  return node && readSettings(node).settings;
}
