import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { virtualEnvironment } from '../../../tools/python-venv.mjs';
import { refusal } from '../engine/refusal.ts';
import { startLake, type TestLake } from '../engine/lake.ts';
import { fixture, runFixture, watched } from './program.ts';

describe('the Databricks SDK within a program', function () {
  this.timeout(300_000);
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('is asked for by the name that pip knows, where it is not there', async () => {
    const failure = await refusal(
      runFixture(lake, { kind: 'notebook', file: fixture('sdk.py') }, watched()),
      'python.package-missing',
    );
    assert.match(failure.message, /no module databricks\.sdk,/);
    assert.match(failure.nextStep, / -m pip install databricks-sdk$/);
  });

  it('is signed in to the local workspace, and not to that of the developer’s shell', async () => {
    // The SDK's own environment has no Spark; the one with Spark finds the SDK beside it.
    const lib = join(virtualEnvironment('sdk-venv', ['databricks-sdk==0.162.0']), '..', '..', 'lib');
    const packages = readdirSync(lib).map((name) => join(lib, name, 'site-packages'));
    const shell = {
      PYTHONPATH: packages.join(delimiter),
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      DATABRICKS_TOKEN: 'dapi-real',
    };
    const before = Object.keys(shell).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, shell);
    try {
      const seen = watched();
      const outcome = await runFixture(lake, { kind: 'notebook', file: fixture('sdk.py') }, seen);
      assert.equal(outcome.exitValue, '3', seen.lines.join('\n'));
      const said = seen.lines.join('\n');
      assert.match(said, /I am \S+/);
      assert.match(said, /catalogs \[.*'shop'.*\]/);
      assert.match(said, /public authorities True/);
      assert.match(said, /token of the shell None/);
      assert.match(said, /column CLUSTER BY AUTO/);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });
});
