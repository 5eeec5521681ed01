import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { textOf } from './bridge-fields.ts';
import type { BridgeOperations } from './bridge.ts';

/** `dbutils.secrets`: `<state>/secrets.json`, `{"<scope>": {"<key>": "<value>"}}`, readable by its owner alone. */
export function secretOperations(stateFolder: string): BridgeOperations {
  const file = join(stateFolder, 'secrets.json');
  return {
    secret: async (request) => {
      const [scope, key] = [textOf(request, 'scope'), textOf(request, 'key')];
      const value = (await secrets(file))[scope]?.[key];
      if (typeof value === 'string') return { value };
      throw new ExpectedError({
        code: 'python.no-secret',
        message: `There is no secret ${key} in the scope ${scope} here.`,
        nextStep: `Put it into ${file} (mode 0600): {"${scope}": {"${key}": "..."}}`,
      });
    },
  };
}

async function secrets(file: string): Promise<Record<string, Record<string, unknown> | undefined>> {
  const found = await stat(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return {};
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new ExpectedError({
      code: 'python.secrets-readable',
      message: `${file} can be read by others.`,
      nextStep: `Run: chmod 600 ${file}`,
      kind: 'environment',
    });
  }
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, unknown>>;
  } catch (cause) {
    throw new ExpectedError({
      code: 'python.broken-secrets',
      message: `${file} is no JSON.`,
      nextStep: 'Write it as {"<scope>": {"<key>": "<value>"}}.',
      kind: 'environment',
      cause,
    });
  }
}
