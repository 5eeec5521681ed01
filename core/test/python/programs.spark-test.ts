import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { fixture, fixtures, keepSecret, runFixture, tryFixture, watched } from './program.ts';

const runtime = fileURLToPath(new URL('../../src/python/runtime', import.meta.url));

describe('Python programs on local Spark', function () {
  this.timeout(300_000);
  let lake: TestLake;
  let engine: Engine;
  before(async () => {
    lake = await startLake();
    engine = await startEngine({ environment: lake.azure.environment, stateFolder: lake.stateFolder, threads: 1 });
    const orders = `SELECT 1 AS id, 'DE' AS country, CAST(150.25 AS DECIMAL(10,2)) AS amount
      UNION ALL SELECT 2, 'FR', 99.99 UNION ALL SELECT 3, 'DE', 100.00`;
    await engine.runScript(script(`CREATE OR REPLACE TABLE silver.orders AS ${orders}`));
    await keepSecret(lake, 'shop', 'token', 'sesame-open');
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  const rows = async (text: string): Promise<unknown> => (await engine.query({ ...script(text), maxRows: 100 })).rows;

  it('runs a notebook as it is: its tables are the lake’s, by the same names, for every other engine', async () => {
    const seen = watched();
    const outcome = await runFixture(lake, { kind: 'notebook', file: fixture('gold.py') }, seen, {
      parameters: { minimum: '100' },
    });
    assert.equal(outcome.exitValue, '4 countries, child 42', seen.lines.join('\n'));
    assert.deepEqual(await rows('SELECT country, total FROM gold.by_country ORDER BY country'), [
      ['DE', '251.25'],
      ['a;b', '2.00'],
    ]);
    assert.deepEqual(await rows('SELECT id FROM gold.large_orders ORDER BY id'), [[1], [3]]);
    assert.deepEqual(
      outcome.reads.map(({ table, version }) => [table, version]),
      [['shop.silver.orders', 0]],
    );
    assert.deepEqual(
      outcome.written.map(({ table, version, rows: count }) => [table, version, count]),
      [
        ['shop.gold.large_orders', 0, 2],
        ['shop.gold.by_country', 1, 2],
      ],
    );
    assert.deepEqual([...seen.values], [['countries', 2]]);
    assert.ok(seen.lines.includes('token [REDACTED]'), 'a secret is not printed');
    assert.ok(!seen.lines.some((line) => line.includes('sesame-open')));
    assert.ok(!seen.lines.includes('an exit is no exception'));
    const published = await lake.resolver.table({ catalog: 'shop', schema: 'gold', table: 'by_country' });
    assert.equal(published.type, 'MANAGED');
    assert.deepEqual(readdirSync(join(lake.stateFolder, 'spark')), [], 'what Spark spilled is gone');
  });

  it('runs a wheel from its source, by its entry point', async () => {
    const seen = watched();
    const path = [join(fixtures, 'wheel', 'src'), join(fixtures, 'wheel')];
    const program = { kind: 'wheel', file: join(fixtures, 'wheel', 'pyproject.toml') } as const;
    const named = { package: 'shop-loader', entryPoint: 'main', arguments: ['--day=2025-01-01'] } as const;
    await runFixture(lake, { ...program, ...named }, seen, { path });
    assert.ok(seen.lines.includes("['shop-loader', '--day=2025-01-01'] 3"), seen.lines.join('\n'));
    const wrong = { ...program, ...named, entryPoint: 'nothing' };
    await refusal(runFixture(lake, wrong, seen, { path }), 'python.no-entry-point');
  });

  it('gives a notebook its widgets, values, files, secrets, other notebooks and magics', async () => {
    const seen = watched();
    const parameters = { day: '2025-05-05' };
    const outcome = await runFixture(lake, { kind: 'notebook', file: fixture('utilities.py') }, seen, {
      parameters,
      workspace: { path: '/Workspace/Users/someone/.bundle/files', folder: fixtures },
    });
    assert.equal(outcome.exitValue, '3', seen.lines.join('\n'));
    assert.deepEqual(seen.values.get('seen'), { rows: [1, 2] });
    assert.ok(seen.lines.includes('(HTML, 11 characters: shown in notebooks only)'), seen.lines.join('\n'));
  });

  it('says which catalog is missing', async () => {
    const file = fixture('missing_catalog.py');
    const { failure } = await tryFixture(lake, { kind: 'script', file, arguments: [] }, watched());
    assert.deepEqual([failure?.code, failure?.message], ['catalog.catalog-not-found', 'There is no catalog main.']);
    assert.match(failure?.nextStep ?? '', /--make main\.analytics/);
  });

  it('says that Java was killed, and what had been committed', async () => {
    const running = tryFixture(lake, { kind: 'notebook', file: fixture('killing.py') }, watched());
    const { failure, written } = await running;
    assert.equal(failure?.code, 'python.spark-died', failure?.message);
    assert.match(failure.message, /ended by signal 9/);
    assert.deepEqual(
      written.map(({ table, rows: count }) => [table, count]),
      [['shop.gold.before_kill', 1]],
    );
    const missing = runFixture(lake, { kind: 'script', file: fixture('importing.py'), arguments: [] }, watched());
    const error = await refusal(missing, 'python.package-missing');
    assert.match(error.nextStep, /-m pip install no_such_package_of_ours$/);
  });

  it('tells where a notebook failed, keeps what it had committed, and leaves no half table', async () => {
    const seen = watched();
    const failure = await runFixture(lake, { kind: 'notebook', file: fixture('failing.py') }, seen).catch(
      (error: unknown) => error,
    );
    assert.ok(failure instanceof ExpectedError, String(failure));
    assert.equal(failure.code, 'python.task-failed');
    assert.equal(failure.message, 'ValueError: no good: 7');
    assert.deepEqual(failure.range, { file: 'failing.py', start: { line: 8, column: 1 } });
    const trace = failure.diagnostics[0]?.message ?? '';
    assert.match(trace, /failing\.py", line 19, in <module>[^]*fail\(7\)[^]*ValueError: no good: 7/);
    assert.deepEqual(await rows('SELECT id FROM gold.kept'), [[1]]);
    const half = await lake.resolver.findTable({ catalog: 'shop', schema: 'gold', table: 'half' });
    assert.equal(half, undefined);
  });

  it('ends with what they started when whoever started it is gone, without a word to it', async () => {
    const code =
      'import subprocess, time; from medallion_runtime import task; task.end_with_parent(); ' +
      'other = subprocess.Popen(["sleep", "600"]); print(other.pid, flush=True); time.sleep(600)';
    const child = spawn(pythonEnvironment(), ['-c', code], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONPATH: runtime, PYTHONDONTWRITEBYTECODE: '1' },
    });
    const ended = once(child, 'exit');
    const closed = once(child.stdout, 'close');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    child.stdin.end();
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    await closed;
    assert.ok(hasEnded(Number(line.toString())));
  });

  it('says what Spark fetches and how, where it cannot fetch it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'medallion-no-maven-'));
    const before = process.env['JAVA_TOOL_OPTIONS'];
    // No cache of earlier fetches, and a proxy that nobody is.
    process.env['JAVA_TOOL_OPTIONS'] = `-Duser.home=${home} -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9`;
    try {
      const running = runFixture(lake, { kind: 'script', file: fixture('waiting.py'), arguments: [] }, watched());
      const error = await refusal(running, 'python.spark-not-started');
      assert.match(error.nextStep, /io\.delta:delta-spark_2\.13:.* from Maven Central.*proxyHost/);
    } finally {
      if (before === undefined) delete process.env['JAVA_TOOL_OPTIONS'];
      else process.env['JAVA_TOOL_OPTIONS'] = before;
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('ends Python, Spark and what they started when the run is cancelled', async () => {
    const seen = watched();
    const cancel = new AbortController();
    const processes: number[] = [];
    const log = (line: string): void => {
      seen.lines.push(line);
      if (!line.startsWith('ready ')) return;
      processes.push(...line.split(' ').slice(1).map(Number));
      cancel.abort();
    };
    const program = { kind: 'script', file: fixture('waiting.py'), arguments: ['--shop', 'x y'] } as const;
    await assert.rejects(runFixture(lake, program, seen, { log, signal: cancel.signal }));
    assert.equal(processes.length, 2, seen.lines.join('\n'));
    assert.ok(seen.lines.includes("['--shop', 'x y'] 3"), seen.lines.join('\n'));
    for (const id of processes) assert.ok(hasEnded(id), `${id} still runs`);
  });
});

/** A killed child of a process that ended may wait for its new parent to bury it. */
function hasEnded(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return true;
  }
  const state = /\) (\w)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.[1];
  return state === 'Z' || state === 'X';
}
