import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ExpectedError } from '../base/expected-error.ts';
import type { FoundPython } from './find-python.ts';

/**
 * Their place is taken here, whatever version is declared: by the Spark of the project's Python, and by the runtime's stand-ins for
 * MLflow's tracking calls and `databricks.sdk.runtime`. Calls that these do not have are told when they are made.
 */
const brought: ReadonlySet<string> = new Set([
  'pyspark',
  'delta-spark',
  'databricks-connect',
  'databricks-sdk',
  'mlflow',
  'mlflow-skinny',
]);

/**
 * Which of the requirements (PEP 508, on the standard input as JSON) this Python lacks. It is judged by pip's own copy of `packaging`,
 * so that versions, markers and the spelling of names count as they do for pip.
 */
const question = `
import json, sys
from importlib import metadata
try:
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
except ImportError:
    from packaging.requirements import InvalidRequirement, Requirement
def lacks(text):
    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        return False
    if wanted.url or (wanted.marker and not wanted.marker.evaluate()):
        return False
    try:
        return not wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return True
print(json.dumps([text for text in json.loads(sys.argv[1]) if lacks(text)]))
`;

/**
 * What is missing of the packages that a task declares. Paths, URLs and options of pip (`-r file`) are not judged: what they lack is
 * told when it is imported. @throws ExpectedError `python.broken`
 */
export async function missingPackages(
  { interpreter, from }: FoundPython,
  declared: readonly string[],
): Promise<readonly string[]> {
  const judged = declared.filter((text) => isPackage(text) && !brought.has(nameOf(text)));
  if (judged.length === 0) return [];
  try {
    const asked = ['-I', '-c', question, JSON.stringify(judged)];
    const { stdout } = await promisify(execFile)(interpreter, asked, { timeout: 60_000 });
    return JSON.parse(stdout) as string[];
  } catch (cause) {
    throw new ExpectedError({
      code: 'python.broken',
      message: `${interpreter} (${from}) does not tell which packages it has: ${cause instanceof Error ? cause.message.trim() : ''}`,
      nextStep: 'Make the environment anew, with pip: python3 -m venv --clear .venv',
      kind: 'environment',
      cause,
    });
  }
}

/** As pip compares names (PEP 503). */
export function nameOf(requirement: string): string {
  const name = /^[\w.-]+/.exec(requirement.trim())?.[0] ?? '';
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function isPackage(text: string): boolean {
  return /^[a-z0-9]/i.test(text) && !text.includes('/') && !/\.(whl|jar|txt|tar\.gz|zip)(\[.*\])?$/i.test(text);
}
