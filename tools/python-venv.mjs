// Makes the virtual environment of the tests, `.cache/python-venv`, with the versions that are tested together, and prints its Python.
// `node tools/python-venv.mjs`: does nothing where it is there already. A bench asks for environments of its own, by name.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = JSON.parse(readFileSync(join(root, 'core/src/python/tested-packages.json'), 'utf8'));
/** Another implementation of Delta, which must read what is written here; no user needs it. */
const judges = { deltalake: '1.6.6', pyarrow: '26.0.1' };
const wanted = Object.entries({ ...packages, ...judges }).map(([name, version]) => `${name}==${version}`);

/** Why the Python suite cannot run on this machine; undefined where it can. Starts python3 and java, and installs nothing. */
export function missingForPython() {
  if (!runs('python3', ['-c', 'import venv, ensurepip']))
    return 'python3 with venv is not installed (apt-get install python3-venv)';
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  if (!runs(java, ['-version'])) return 'Java is not installed (apt-get install openjdk-17-jre-headless)';
  return undefined;
}

/** The tests' own environment's Python, made where it is not there. */
export function pythonEnvironment() {
  return virtualEnvironment('python-venv', wanted);
}

/** A Python that builds wheels, apart from the tests' own: a project builds its wheels in whichever environment it has. */
export function buildEnvironment() {
  return virtualEnvironment('wheel-venv', ['build==1.3.0', 'setuptools==80.9.0', 'wheel==0.45.1']);
}

/** The Python of `.cache/<name>` with these packages (`name==version`), made where it is not there. */
export function virtualEnvironment(name, requirements) {
  const folder = join(root, '.cache', name);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const mark = join(folder, 'medallion-packages.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === requirements.join('\n')) return python;
  mkdirSync(join(root, '.cache'), { recursive: true });
  execFileSync('python3', ['-m', 'venv', '--clear', folder], { stdio: ['ignore', 2, 2] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], {
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(mark, requirements.join('\n'));
  return python;
}

function runs(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    // Missing, or ended with a failure: both mean that it is not there for us. Anything else is a defect of ours.
    if (error.code === 'ENOENT' || error.code === 'EACCES' || typeof error.status === 'number') return false;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(pythonEnvironment());
