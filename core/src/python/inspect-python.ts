import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import testedPackages from './tested-packages.json' with { type: 'json' };
import { ExpectedError } from '../base/expected-error.ts';
import { findJava, type JavaFound } from './find-java.ts';
import type { FoundPython } from './find-python.ts';

/** What a Python holds that tasks need. Versions are undefined where the part is missing. */
export interface PythonFacts {
  readonly python: FoundPython;
  /** `3.11.2` */
  readonly version: string;
  readonly pyspark: string | undefined;
  readonly delta: string | undefined;
  readonly java: JavaFound | undefined;
}

/** The versions that are tested together (tools/python-venv.mjs installs them too); others are the user's to choose. */
const tested: Readonly<Record<'pyspark' | 'delta-spark', string>> = testedPackages;
const minimum = { python: [3, 9], pyspark: [4, 0], java: 17 } as const;

const question = `
import json, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
print(json.dumps({"version": sys.version.split()[0], "pyspark": version("pyspark"), "delta": version("delta-spark")}))
`;

/** Asks the Python itself. @throws ExpectedError `python.broken` */
export async function inspectPython(python: FoundPython): Promise<PythonFacts> {
  const java = await findJava();
  try {
    const { stdout } = await promisify(execFile)(python.interpreter, ['-I', '-c', question], { timeout: 60_000 });
    const { version, pyspark, delta } = JSON.parse(stdout) as Record<'version' | 'pyspark' | 'delta', string | null>;
    return { python, version: version ?? '', pyspark: pyspark ?? undefined, delta: delta ?? undefined, java };
  } catch (cause) {
    throw new ExpectedError({
      code: 'python.broken',
      message: `${python.interpreter} (${python.from}) does not run: ${cause instanceof Error ? cause.message.trim() : ''}`,
      nextStep: 'Make the environment anew: python3 -m venv --clear .venv',
      kind: 'environment',
      cause,
    });
  }
}

/** What is missing for Spark, each with the command that mends it; nothing where all is there. */
export function missingForSpark({ python, version, pyspark, delta, java }: PythonFacts): readonly ExpectedError[] {
  const missing: ExpectedError[] = [];
  const lacks = (code: string, message: string, nextStep: string): void => {
    missing.push(new ExpectedError({ code, message, nextStep, kind: 'environment' }));
  };
  if (isOlder(version, minimum.python)) {
    lacks(
      'python.too-old',
      `Python ${version} is too old for Spark 4.`,
      'Install Python 3.10 or newer, and make .venv with it.',
    );
  }
  const install = (...names: string[]): string => `Run: ${installCommand(python, names)}`;
  const pinned = Object.entries(tested).map(([name, one]) => `${name}==${one}`);
  if (pyspark === undefined) {
    lacks('python.no-pyspark', `${python.interpreter} (${python.from}) has no pyspark.`, install(...pinned));
  } else if (isOlder(pyspark, minimum.pyspark)) {
    lacks('python.pyspark-too-old', `pyspark ${pyspark} is too old: tasks run on Spark 4.`, install(...pinned));
  } else if (delta === undefined) {
    lacks('python.no-delta', `${python.interpreter} (${python.from}) has no delta-spark.`, install(deltaFor(pyspark)));
  } else if (series(delta) !== series(pyspark)) {
    const both = `delta-spark ${delta} is not made for pyspark ${pyspark}.`;
    lacks('python.delta-mismatch', both, install(deltaFor(pyspark)));
  }
  if (java === undefined) {
    lacks('python.no-java', 'Spark needs Java, and there is none (neither JAVA_HOME nor java in PATH).', javaCommand);
  } else if (java.major < minimum.java) {
    lacks('python.java-too-old', `Java ${java.version} (${java.path}) is too old: Spark 4 needs 17.`, javaCommand);
  }
  return missing;
}

/** @throws ExpectedError of the first thing that is missing, which lists the others. */
export function requireSpark(facts: PythonFacts): void {
  const [first, ...others] = missingForSpark(facts);
  if (!first) return;
  const rest = others.map(({ message, nextStep }) => ` Also: ${message} ${nextStep}`).join('');
  throw new ExpectedError({
    code: first.code,
    message: first.message,
    nextStep: `${first.nextStep}${rest}`,
    kind: 'environment',
    diagnostics: others.map(({ code, message, nextStep }) => ({ severity: 'error', code, message, nextStep })),
  });
}

/** The Maven artefacts of a session: Delta of the installed version, Hadoop's ABFS driver of Spark's own Hadoop, and Avro. */
export function sparkPackages({ pyspark = '', delta = '' }: PythonFacts): readonly string[] {
  const hadoop = isOlder(pyspark, [4, 1]) ? '3.4.1' : '3.4.2';
  return [
    `io.delta:delta-spark_2.13:${delta}`,
    `org.apache.hadoop:hadoop-azure:${hadoop}`,
    `org.apache.spark:spark-avro_2.13:${pyspark}`,
  ];
}

const javaCommand =
  process.platform === 'darwin'
    ? 'Run: brew install openjdk@17'
    : process.platform === 'win32'
      ? 'Run: winget install EclipseAdoptium.Temurin.17.JRE'
      : 'Run: sudo apt-get install openjdk-17-jre-headless (or set JAVA_HOME to a Java 17 or newer)';

/** What a user types to have these packages. */
export function installCommand({ interpreter, from }: FoundPython, packages: readonly string[]): string {
  // What a shell would take for a redirection or a pattern.
  const words = packages.map((one) => (/^[\w.=~"-]+$/.test(one) ? one : `'${one}'`)).join(' ');
  // A system's Python is not ours to fill.
  return from === 'PATH'
    ? `python3 -m venv .venv && .venv/bin/pip install ${words}`
    : `${interpreter} -m pip install ${words}`;
}

function deltaFor(pyspark: string): string {
  const isTested = series(pyspark) === series(tested.pyspark);
  return isTested ? `delta-spark==${tested['delta-spark']}` : `"delta-spark~=${series(pyspark)}.0"`;
}

function series(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
}
