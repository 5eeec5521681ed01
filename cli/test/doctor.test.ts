import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { json, medallion } from './support/medallion.ts';
import { assertShape } from './support/schema.ts';

interface Report {
  readonly ready: { readonly sql: boolean; readonly python: boolean };
  readonly findings: readonly { part: string; state: string; found: string; code?: string; nextStep?: string }[];
}

describe('medallion doctor', function () {
  this.timeout(60_000);
  let project: string;
  const kept = { JAVA_HOME: process.env['JAVA_HOME'], VIRTUAL_ENV: process.env['VIRTUAL_ENV'] };
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'medallion-doctor-'));
    process.env['JAVA_HOME'] = join(project, 'java');
    delete process.env['VIRTUAL_ENV'];
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(project, { recursive: true, force: true });
  });

  /** A program that says one thing. */
  const program = (path: string, line: string): void => {
    const file = join(project, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${line}\n`);
    chmodSync(file, 0o755);
  };
  const ask = async (): Promise<Report & { code: number | null }> => {
    const ended = await medallion('doctor', '--project', project, '--port-base', '0', '--json');
    const report = json<Report>(ended);
    assertShape('doctor', report);
    return { ...report, code: ended.code };
  };

  it('says that all is there, and where it was found', async () => {
    program('.venv/bin/python3', `echo '{"version": "3.12.1", "pyspark": "4.0.1", "delta": "4.0.1"}'`);
    program('java/bin/java', `echo 'openjdk version "21.0.2" 2024-01-16' >&2`);
    const { ready, findings, code } = await ask();
    assert.deepEqual({ ready, code }, { ready: { sql: true, python: true }, code: 0 });
    const found = Object.fromEntries(findings.map((finding) => [finding.part, finding.found]));
    assert.equal(found['Python'], `3.12.1 (${join(project, '.venv/bin/python3')}, by .venv)`);
    assert.equal(found['Java'], `21.0.2 (${join(project, 'java/bin/java')})`);
    assert.match(found['Spark packages'] ?? '', /^io\.delta:delta-spark_2\.13:4\.0\.1, .* from Maven Central/);
  });

  it('names each missing thing with the command that mends it', async () => {
    program('.venv/bin/python3', `echo '{"version": "3.12.1", "pyspark": "4.0.1", "delta": null}'`);
    const { ready, findings, code } = await ask();
    assert.deepEqual({ ready, code }, { ready: { sql: true, python: false }, code: 1 });
    const missing = findings.filter(({ state }) => state === 'missing');
    assert.deepEqual(
      missing.map((finding) => finding.code),
      ['python.no-delta', 'python.no-java'],
    );
    const python = join(project, '.venv/bin/python3');
    assert.equal(missing[0]?.nextStep, `Run: ${python} -m pip install delta-spark==4.0.1`);
  });

  it('asks for the packages that tasks of the bundle declare', async () => {
    const facts = `echo '{"version": "3.12.1", "pyspark": "4.0.1", "delta": "4.0.1"}'`;
    program(
      '.venv/bin/python3',
      `if [ -z "$4" ]; then ${facts}; else echo "$4" > "$0.asked"; echo '["no-such>=2"]'; fi`,
    );
    program('java/bin/java', `echo 'openjdk version "21.0.2" 2024-01-16' >&2`);
    const task = '{task_key: t, environment_key: e, spark_python_task: {python_file: ./t.py}}';
    const environment = "{environment_key: e, spec: {dependencies: ['no-such>=2', py4j]}}";
    const job = `{environments: [${environment}], tasks: [${task}]}`;
    writeFileSync(join(project, 'databricks.yml'), `bundle: {name: b}\nresources: {jobs: {j: ${job}}}\n`);
    const { ready, findings } = await ask();
    assert.equal(ready.python, false);
    const python = join(project, '.venv/bin/python3');
    const asked = JSON.parse(readFileSync(`${python}.asked`, 'utf8')) as { packages: unknown; projects: unknown };
    assert.deepEqual([asked.packages, asked.projects], [['no-such>=2', 'py4j'], []]);
    assert.deepEqual(findings.at(-1), {
      part: 'packages',
      state: 'missing',
      found: 'tasks declare no-such>=2',
      code: 'python.packages-missing',
      nextStep: `Run: ${python} -m pip install 'no-such>=2'`,
    });
  });

  it('tells of a Python that does not run', async () => {
    program('.venv/bin/python3', 'exit 3');
    const { findings } = await ask();
    assert.equal(findings.at(-1)?.code, 'python.broken');
  });
});
