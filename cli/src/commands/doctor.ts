import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { packagesOf } from '@medallion/core/jobs/tasks/declared-packages.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { missingPackages, type DeclaredPackages } from '@medallion/core/python/declared-packages.ts';
import { findPython, type FoundPython } from '@medallion/core/python/find-python.ts';
import {
  inspectPython,
  installCommand,
  missingForSpark,
  type PythonFacts,
  sparkPackages,
} from '@medallion/core/python/inspect-python.ts';
import { pythonSettings } from '@medallion/core/project/python-settings.ts';
import { findLocalAzure } from '@medallion/local/find.ts';
import { movingTakenPorts, portsFrom } from '@medallion/local/ports.ts';
import type { Command, CommandContext } from '../command.ts';

interface Finding {
  readonly part: string;
  readonly state: 'ok' | 'missing' | 'warning';
  readonly found: string;
  readonly code?: string;
  readonly nextStep?: string;
}

/** Says what is here and what is not, and installs nothing. */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'tell what this machine has and lacks: Node, Python, Spark, Java, ports, the state folder',
  options: {},
  async run(context) {
    const python = await pythonFindings(context);
    const others = [nodeFinding(), stateFinding(context.state), ...(await portFindings(context))];
    const findings = [...others, ...python];
    const isMissing = ({ state }: Finding): boolean => state === 'missing';
    const ready = { sql: !others.some(isMissing), python: !findings.some(isMissing) };
    return { json: { ready, findings }, text: textOf(findings, ready), exitCode: ready.python ? 0 : 1 };
  },
};

/** The command line has made sure of it before anything of this was loaded. */
function nodeFinding(): Finding {
  return { part: 'Node', state: 'ok', found: `${process.versions.node} (${process.execPath})` };
}

/** The state folder, or the nearest folder above it that exists, must be writable. */
function stateFinding(state: string): Finding {
  let folder = state;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return { part: 'state folder', state: 'ok', found: folder === state ? state : `${state} (will be made)` };
  } catch {
    return {
      part: 'state folder',
      state: 'missing',
      found: `${folder} is not writable`,
      code: 'doctor.state-folder',
      nextStep: 'Make it writable, or name another one with --state.',
    };
  }
}

async function portFindings({ state, portBase }: CommandContext): Promise<readonly Finding[]> {
  const running = await findLocalAzure(state);
  if (running) {
    return [{ part: 'local Azure', state: 'ok', found: `runs (pid ${running.pid}, started by ${running.startedBy})` }];
  }
  const { moved } = await movingTakenPorts(portsFrom(portBase));
  if (moved.length === 0) return [{ part: 'ports', state: 'ok', found: 'the default ports are free' }];
  return moved.map(({ endpoint, port, holder }) => ({
    part: 'ports',
    state: 'warning',
    found: `${port} (${endpoint}) is held by ${holder}`,
    code: 'doctor.port-in-use',
    nextStep: 'End that process, or start with --port-base 0 (npm start takes a free port by itself).',
  }));
}

async function pythonFindings({ project }: CommandContext): Promise<readonly Finding[]> {
  try {
    const facts = await inspectPython(findPython({ root: project, ...(await pythonSettings(project)) }));
    const missing = missingForSpark(facts).map(findingOf);
    const present = presentParts(facts).filter(({ part }) => !missing.some((one) => one.part === part));
    return [...present, ...missing, ...(await packageFindings(project, facts.python))];
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return [findingOf(error)];
  }
}

/** What the tasks of the bundle declare and this Python lacks; a bundle that cannot be read is told by `validate`. */
async function packageFindings(project: string, python: FoundPython): Promise<readonly Finding[]> {
  const declared = await projectPackages(project);
  const missing = await missingPackages(python, declared);
  const { packages } = declared;
  if (missing.length === 0)
    return packages.length === 0 ? [] : [{ part: 'packages', state: 'ok', found: packages.join(', ') }];
  return [
    {
      part: 'packages',
      state: 'missing',
      found: `tasks declare ${missing.join(', ')}`,
      code: 'python.packages-missing',
      nextStep: `Run: ${installCommand(python, missing)}`,
    },
  ];
}

async function projectPackages(root: string): Promise<DeclaredPackages> {
  try {
    const { bundle } = await loadFor(root, 'local');
    const jobs = bundle?.jobs ?? [];
    return packagesOf(jobs.flatMap((job) => job.tasks.map((task) => ({ root, job, task, jobs }))));
  } catch (error) {
    if (error instanceof ExpectedError) return packagesOf([]);
    throw error;
  }
}

function presentParts(facts: PythonFacts): readonly Finding[] {
  const { python, version, pyspark, delta, java } = facts;
  const present = (part: string, found: string | undefined): Finding[] =>
    found === undefined ? [] : [{ part, state: 'ok', found }];
  const isWhole = pyspark !== undefined && delta !== undefined;
  return [
    ...present('Python', `${version} (${python.interpreter}, by ${python.from})`),
    ...present('virtual environment', python.environment),
    ...present('pyspark', pyspark),
    ...present('delta-spark', delta),
    ...present('Java', java && `${java.version} (${java.path})`),
    ...present(
      'Spark packages',
      isWhole ? `${sparkPackages(facts).join(', ')}, from Maven Central at the first run` : undefined,
    ),
  ];
}

/** Which part a missing thing belongs to, by its code. */
const parts: Readonly<Record<string, string>> = {
  'python.no-pyspark': 'pyspark',
  'python.pyspark-too-old': 'pyspark',
  'python.no-delta': 'delta-spark',
  'python.delta-mismatch': 'delta-spark',
  'python.no-java': 'Java',
  'python.java-too-old': 'Java',
};

function findingOf({ code, message, nextStep }: ExpectedError): Finding {
  return { part: parts[code] ?? 'Python', state: 'missing', found: message, code, nextStep };
}

const signs = { ok: 'ok      ', missing: 'MISSING ', warning: 'warning ' } as const;

function textOf(findings: readonly Finding[], ready: { readonly sql: boolean; readonly python: boolean }): string {
  const width = Math.max(...findings.map(({ part }) => part.length));
  const lines = findings.map(({ part, state, found, nextStep }) => {
    const next = nextStep === undefined ? '' : `\n${' '.repeat(width + 10)}-> ${nextStep}`;
    return `${signs[state]}${part.padEnd(width)}  ${found}${next}`;
  });
  const sql = ready.sql ? 'SQL tasks run here.' : 'Nothing runs here yet.';
  const python = ready.python ? 'Python tasks run here.' : 'Python tasks do not run here yet.';
  return [...lines, '', `${sql} ${python}`].join('\n');
}
