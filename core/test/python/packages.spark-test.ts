import assert from 'node:assert/strict';
import { prepareJob } from '@medallion/core/jobs/prepared-job.ts';
import { missingPackages } from '@medallion/core/python/declared-packages.ts';
import { findPython } from '@medallion/core/python/find-python.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { refusal } from '../engine/refusal.ts';
import { createProject } from '../jobs/bundle.ts';

const job = (dependencies: string, libraries: string): string => `environments:
  - { environment_key: e, spec: { client: '3', dependencies: [${dependencies}] } }
tasks:
  - { task_key: one, environment_key: e, spark_python_task: { python_file: ./one.py } }
  - { task_key: two, spark_python_task: { python_file: ./one.py }, libraries: [${libraries}] }`;

describe('packages that tasks declare', () => {
  it('are judged as pip judges them: by name, version and marker', async () => {
    const python = findPython({ root: '.', interpreter: pythonEnvironment() });
    const declared = [
      'PySpark==3.5.0',
      'py4j',
      'Delta_Spark',
      'deltalake>=99',
      'no-such-package-of-ours[extra]>=1 ; python_version > "3"',
      'not-here; python_version < "3"',
      '-r requirements.txt',
      './dist/mine.whl',
      'git+https://example.org/x.git',
      'databricks-connect~=16.4',
      'mlflow-skinny>=3',
    ];
    assert.deepEqual(await missingPackages(python, { packages: declared, projects: [], own: [] }), [
      'deltalake>=99',
      'no-such-package-of-ours[extra]>=1 ; python_version > "3"',
    ]);
  });

  it('are those too that the wheels of the project need, as pip and Poetry name them', async () => {
    using made = createProject(
      `tasks:
  - { task_key: w, python_wheel_task: { package_name: one, entry_point: main }, libraries: [{ whl: ./two/dist/*.whl }] }`,
      {
        'one/pyproject.toml':
          '[project]\nname = "one"\ndependencies = ["two", "not-here>=2; python_version > \\"3\\"", "py4j"]\n',
        'two/pyproject.toml': `[tool.poetry]\nname = "two"\n[tool.poetry.dependencies]
python = "^3.10"\none = "0.0.1"\npy4j = "*"\nnot-there = "^0.3.1"\ntilde = "~1.2.3"\nexact = "1.0"
maybe = { version = "1", optional = true }\nanother = { version = ">=1,<3" }\neither = "^1 || ^2"\n`,
      },
    );
    made.write('medallion.yaml', `python:\n  interpreter: ${pythonEnvironment()}\n`);
    const prepared = prepareJob({ root: made.root, job: await made.job(), jobs: await made.jobs() });
    const { message } = await refusal(prepared, 'python.packages-missing');
    const wanted = [
      'not-there>=0.3.1,<0.4',
      'tilde>=1.2.3,<1.3',
      'exact==1.0',
      'another>=1,<3',
      'either',
      'not-here>=2; python_version > "3"',
    ];
    assert.ok(message.includes(`it declares ${wanted.join(', ')}, which`), message);
  });

  it('are asked for before anything of the job runs, with the command, task by task', async () => {
    const load = async (dependencies: string, libraries: string) => {
      using made = createProject(job(dependencies, libraries), {
        'one.py': 'import mine\n',
        'needs/all.txt':
          '# ours\nthing-of-a-file==1 \\\n  --hash=sha256:00\n-r more.txt\n--index-url https://example.org\n',
        'needs/more.txt': 'thing-of-another  # why\npy4j\n',
        'libs/mine/pyproject.toml': '[project]\nname = "mine-of-us"\n',
      });
      made.write('medallion.yaml', `python:\n  interpreter: ${pythonEnvironment()}\n`);
      return await prepareJob({ root: made.root, job: await made.job(), jobs: await made.jobs() });
    };
    const error = await refusal(
      load("'no-such-thing>=2', mine_of_us", '{pypi: {package: other-thing}}'),
      'python.packages-missing',
    );
    assert.match(error.message, /one: it declares no-such-thing>=2, which/);
    assert.deepEqual(
      error.diagnostics.map(({ message, nextStep }) => [
        message.slice(0, 4),
        nextStep?.replace(/ \S+ -m/, ' python -m'),
      ]),
      [
        ['one:', "Run: python -m pip install 'no-such-thing>=2'"],
        ['two:', 'Run: python -m pip install other-thing'],
      ],
    );
    const inFile = await refusal(
      load('-r ./needs/all.txt', '{requirements: ./needs/more.txt}'),
      'python.packages-missing',
    );
    assert.match(
      inFile.message,
      /one: it declares thing-of-a-file==1, thing-of-another, which .*; two: it declares thing-of-another, /,
    );
    await load('mine-of-us, py4j', '{pypi: {package: py4j}}');
  });
});
