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
 * Which of the requirements (PEP 508, as JSON), and of those that the project's own packages name in these pyproject.toml, this Python
 * lacks. It is judged by pip's own copy of `packaging`, so that versions, markers and the spelling of names count as they do for pip;
 * Poetry's own forms of versions are written in pip's.
 */
const question = `
import json, re, sys
from importlib import metadata
try:
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
except ImportError:
    from packaging.requirements import InvalidRequirement, Requirement
def poetry(name, wanted):
    if isinstance(wanted, dict):
        if wanted.get("optional") or "version" not in wanted:
            return None
        wanted = wanted["version"]
    if not isinstance(wanted, str) or name == "python":
        return None
    found = re.fullmatch(r"([~^]?)(\\d+(?:\\.\\d+)*)", wanted.strip())
    if found is None:
        return name if wanted.strip() == "*" or re.search(r"[~^|]", wanted) else name + ",".join(
            part.strip() if re.match(r"\\s*[<>=!]", part) else "==" + part.strip() for part in wanted.split(","))
    parts = [int(part) for part in found.group(2).split(".")]
    if found.group(1) == "":
        return name + "==" + found.group(2)
    first = next((index for index, part in enumerate(parts) if part), len(parts) - 1)
    raised = first if found.group(1) == "^" else min(1, len(parts) - 1)
    above = [*parts[:raised], parts[raised] + 1]
    return name + ">=" + found.group(2) + ",<" + ".".join(map(str, above))
def of_project(file):
    try:
        import tomllib
    except ImportError:
        from pip._vendor import tomli as tomllib
    with open(file, "rb") as opened:
        try:
            told = tomllib.load(opened)
        except tomllib.TOMLDecodeError:
            return []
    listed = told.get("project", {}).get("dependencies", [])
    poetrys = told.get("tool", {}).get("poetry", {}).get("dependencies", {})
    return [*listed, *filter(None, (poetry(name, wanted) for name, wanted in poetrys.items()))]
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
def plain(text):
    return re.sub(r"[-_.]+", "-", re.match(r"[\\w.-]*", text.strip()).group()).lower()
asked = json.loads(sys.argv[1])
wanted = asked["packages"] + [text for file in asked["projects"] for text in of_project(file)]
wanted = [text for text in dict.fromkeys(wanted) if plain(text) not in asked["given"]]
print(json.dumps([text for text in wanted if lacks(text)]))
`;

/** What a task declares to need. */
export interface DeclaredPackages {
  /** Requirements as pip takes them. */
  readonly packages: readonly string[];
  /** The project's own packages, which run from their source: each pyproject.toml, absolute, names what it needs in turn. */
  readonly projects: readonly string[];
  /** Names, as pip compares them, of packages that the project itself holds. */
  readonly own: readonly string[];
}

/**
 * What is missing of the packages that a task declares. Paths and URLs are not judged: what they lack is told when it is imported.
 * @throws ExpectedError `python.broken`
 */
export async function missingPackages(
  { interpreter, from }: FoundPython,
  { packages, projects, own }: DeclaredPackages,
): Promise<readonly string[]> {
  const judged = packages.filter((text) => isPackage(text) && !brought.has(nameOf(text)));
  if (judged.length === 0 && projects.length === 0) return [];
  try {
    const given = { packages: judged, projects, given: [...brought, ...own] };
    const asked = ['-I', '-c', question, JSON.stringify(given)];
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
