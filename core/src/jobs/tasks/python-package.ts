import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the source of a wheel lies in the project; paths are relative to its root, `''` for the root itself. */
export interface PythonPackage {
  /** The folder of its pyproject.toml, setup.py or setup.cfg. */
  readonly folder: string;
  /** The file that names it. */
  readonly file: string;
  /** What to import it from: `src` within the folder where there is one, and the folder. */
  readonly path: readonly string[];
}

const describing = ['pyproject.toml', 'setup.py', 'setup.cfg'];
/** Folders that hold no source; a project's packages lie near its root. */
const skipped = /^(\..*|node_modules|venv|build|dist|__pycache__|.*\.egg-info)$/;
const deepest = 3;

/** The package that the project itself builds under this name, looked for near the root; undefined where there is none. */
export function findPythonPackage(root: string, name: string): PythonPackage | undefined {
  return packages(root, (file) => isNamed(file, name)).next().value;
}

/** Every package of the project near its root, those that lie higher first. */
export function pythonPackages(root: string): readonly PythonPackage[] {
  return [...packages(root, existsSync)];
}

function* packages(root: string, isWanted: (file: string) => boolean): Generator<PythonPackage, undefined> {
  let level = [''];
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    for (const folder of level) {
      const found = packageIn(root, folder, isWanted);
      if (found) yield found;
    }
    level = level.flatMap((folder) => foldersIn(root, folder));
  }
}

/** The package whose source lies in this folder, relative to `root`. */
export function packageIn(
  root: string,
  folder: string,
  isWanted: (file: string) => boolean = existsSync,
): PythonPackage | undefined {
  const file = describing.map((one) => join(folder, one)).find((one) => isWanted(join(root, one)));
  return file === undefined ? undefined : { folder, file, path: importedFrom(root, folder) };
}

function importedFrom(root: string, folder: string): string[] {
  const source = join(folder, 'src');
  return existsSync(join(root, source)) ? [source, folder] : [folder];
}

function foldersIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !skipped.test(entry.name))
    .map((entry) => join(folder, entry.name));
}

/** `name = "x"` of a project's table, or `name="x"` of setup(); names differ neither by case nor by their separators (PEP 503). */
function isNamed(file: string, name: string): boolean {
  if (!existsSync(file)) return false;
  const found = /^\s*["']?name["']?\s*[=:]\s*["']?([\w.-]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  return found !== undefined && plain(found) === plain(name);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
