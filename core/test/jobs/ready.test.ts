import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { refusal } from '../engine/refusal.ts';
import { createProject, type TestProject } from './bundle.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

const job = `tasks:
  - { task_key: first, sql_task: { warehouse_id: w, file: { path: src/first.sql } } }
  - { task_key: python, depends_on: [{ task_key: first }], spark_python_task: { python_file: ./main.py } }`;

/** A Python that says it has what Spark needs; the task's own process is killed, as a machine without memory kills it. */
const killed = `#!/bin/sh
case "$*" in
  *medallion_runtime*) echo 'the last words'; kill -9 $$ ;;
  *) echo '{"version": "3.11.2", "pyspark": "4.0.1", "delta": "4.0.1"}' ;;
esac
`;
const java = `#!/bin/sh\necho 'openjdk version "17.0.1" 2021-10-19' >&2\n`;

/** A task whose Java was missing was told once those before it had run. */
describe('a machine without what a Python task runs on', function () {
  this.timeout(60_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner();
  });
  after(() => runner[Symbol.asyncDispose]());

  const started = (settings: string): TestProject => {
    const made = createProject(job, { 'src/first.sql': 'SELECT 1 AS n -> n:int', 'main.py': 'print(1)\n' });
    made.write('medallion.yaml', settings);
    return made;
  };

  it('is told before the first task runs: no Python, no virtual environment', async () => {
    using made = started('python: { interpreter: .venv/bin/python }\n');
    const error = await refusal(runner.run(made), 'python.not-found');
    assert.match(error.nextStep, /python3 -m venv \.venv$/);
    assert.match(error.message, /python\.interpreter in medallion\.yaml/);
    const alone = await runner.run(made, { only: ['first'] });
    assert.equal(alone.record.state, 'succeeded', 'a task that needs none of it runs');
  });

  it('says in the record that the program was killed', async () => {
    using made = started('python: { interpreter: ./python.sh }\n');
    for (const [file, text] of Object.entries({ 'python.sh': killed, 'jdk/bin/java': java })) {
      made.write(file, text);
      chmodSync(join(made.root, file), 0o755);
    }
    const { PATH, JAVA_HOME } = process.env;
    process.env['JAVA_HOME'] = join(made.root, 'jdk');
    try {
      const { record } = await runner.run(made);
      const python = record.tasks.find(({ key }) => key === 'python');
      assert.deepEqual([record.state, python?.state, python?.error?.code], ['failed', 'failed', 'python.died']);
      assert.match(python?.error?.message ?? '', /ended by SIGKILL without a word/);
      assert.match(python?.error?.nextStep ?? '', /lack of memory/);
      process.env['JAVA_HOME'] = '';
      process.env['PATH'] = [join(made.root, 'nothing'), dirname(process.execPath)].join(delimiter);
      const missing = await refusal(runner.run(made), 'python.no-java');
      assert.match(missing.nextStep, /JAVA_HOME/);
    } finally {
      process.env['PATH'] = PATH;
      if (JAVA_HOME === undefined) delete process.env['JAVA_HOME'];
      else process.env['JAVA_HOME'] = JAVA_HOME;
    }
  });
});
