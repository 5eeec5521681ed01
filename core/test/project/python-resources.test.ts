import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { at, textAt } from '@medallion/core/project/config-node.ts';
import { loadProject } from '@medallion/core/project/project.ts';
import { resolveWithPython } from '@medallion/core/project/python-resources.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';
import { fixtureProject } from './fixture-project.ts';

const bundle = `
bundle: { name: py }
include: [resources/*.yml]
variables: { who: { default: ann } }
python: { venv_path: .venv, resources: ['resources:load'], mutators: ['mutators:tag'] }
targets: { dev: { mode: development, default: true } }
`;
const files = {
  'b/databricks.yml': bundle,
  'b/resources/own.yml':
    'resources: { jobs: { own: { name: own, tasks: [{ task_key: a, notebook_task: { notebook_path: ../src/a.py } }] } } }\n',
  'b/src/a.py': '# Databricks notebook source\n',
  'b/src/made.py': '',
};

/** A program in place of a Python with databricks-bundles: it takes the same arguments and writes the same files. */
const interpreter = (load: string, mutate: string): string => `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const flag = (name) => process.argv[process.argv.indexOf('--' + name) + 1];
if (process.argv[2] !== '-m' || process.argv[3] !== 'databricks.bundles.build') throw new Error('not so');
const config = JSON.parse(readFileSync(flag('input'), 'utf8'));
const places = [];
const told = [];
if (flag('phase') === 'load_resources') { ${load} } else { ${mutate} }
const lines = (list) => list.map((one) => JSON.stringify(one) + '\\n').join('');
writeFileSync(flag('locations'), lines(places));
writeFileSync(flag('diagnostics'), lines(told));
writeFileSync(flag('output'), JSON.stringify(config));
`;

const load = `
config.resources.jobs.made = { name: 'made by \${var.who}', tasks: [{ task_key: t, spark_python_task: { python_file: 'src/made.py' } }] };
places.push({ path: 'resources.jobs.made', file: 'resources/__init__.py', line: 7, column: 3 });
`.replace('task_key: t', "task_key: 't'");
const mutate = `for (const job of Object.values(config.resources.jobs)) job.tags.owner = 'data';`;

async function resolved(program: string | undefined): Promise<ResolvedBundle> {
  await using fixture = await fixtureProject(files);
  if (program !== undefined) {
    const path = join(fixture.root, 'b/.venv/bin/python3');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, program);
    await chmod(path, 0o755);
  }
  const project = await loadProject(fixture.root);
  return await resolveWithPython(project.root, project.bundles[0]!, {});
}

describe('resources defined in Python', () => {
  it('are loaded, resolved as those of files are, and changed by mutators', async () => {
    const { jobs, config, diagnostics } = await resolved(interpreter(load, mutate));
    assert.deepEqual(diagnostics, []);
    const [own, made] = jobs;
    assert.equal(made?.name, '[dev medallion] made by ann');
    assert.deepEqual(made.range, { file: 'b/resources/__init__.py', start: { line: 7, column: 3 } });
    assert.equal(made.tasks[0]?.range.file, 'b/resources/__init__.py');
    for (const job of jobs) assert.equal(textAt(job.node, 'tags', 'owner'), 'data');
    // A path that no mutator touched is still relative to the file that holds it; one of Python's to the bundle.
    assert.equal(at(own?.node, 'tasks', 0, 'notebook_task', 'notebook_path')?.range.file, 'b/resources/own.yml');
    assert.equal(
      at(config, 'resources', 'jobs', 'made', 'tasks', 0, 'spark_python_task', 'python_file')?.range.file,
      'b/__generated_by_pydabs__.json',
    );
  });

  it('need their virtual environment, and the error holds the command that makes it', async () => {
    const { jobs, diagnostics } = await resolved(undefined);
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, range?.file]),
      [['bundle.python-missing', 'b/databricks.yml']],
    );
    assert.match(
      diagnostics[0]?.nextStep ?? '',
      /python3 -m venv \.venv && \.venv\/bin\/pip install databricks-bundles/,
    );
    assert.deepEqual(
      jobs.map(({ key }) => key),
      ['own'],
    );
  });

  it('fail with what their Python says, and where', async () => {
    const told = `told.push({ severity: 'error', summary: 'no such variable', location: { file: 'resources/__init__.py', line: 2, column: 1 } }); process.exitCode = 1;`;
    const { diagnostics } = await resolved(interpreter(told, ''));
    assert.deepEqual(
      diagnostics.map(({ code, message, range }) => [code, message, range?.file, range?.start.line]),
      [['bundle.python-failed', 'no such variable', 'b/resources/__init__.py', 2]],
    );
    const crash = await resolved(
      `#!${process.execPath}\nconsole.error("No module named 'databricks.bundles'"); process.exit(1);\n`,
    );
    assert.deepEqual(
      crash.diagnostics.map(({ code }) => code),
      ['bundle.python-missing'],
    );
    assert.match(crash.diagnostics[0]?.nextStep ?? '', /pip install databricks-bundles/);
  });
});
