import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '@medallion/core/python/find-python.ts';
import { missingForSpark, type PythonFacts, requireSpark } from '@medallion/core/python/inspect-python.ts';
import { thrown } from './thrown.ts';

describe('the project’s Python', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'medallion-python-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const place = (...folders: string[]): string => {
    const folder = join(root, ...folders);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'python3');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o755);
    return file;
  };

  it('is the one that is named, else the active one, else .venv, else venv, else the one of PATH', () => {
    const system = place('system');
    const variables = { PATH: join(root, 'system') };
    assert.deepEqual(findPython({ root, variables }), { interpreter: system, from: 'PATH', environment: undefined });
    const venv = place('venv', 'bin');
    assert.equal(findPython({ root, variables }).interpreter, venv);
    const hidden = place('.venv', 'bin');
    assert.deepEqual(findPython({ root, variables }), {
      interpreter: hidden,
      from: '.venv',
      environment: join(root, '.venv'),
    });
    const active = place('active', 'bin');
    const withActive = { ...variables, VIRTUAL_ENV: join(root, 'active') };
    assert.equal(findPython({ root, variables: withActive }).interpreter, active);
    const named = place('env', 'bin');
    assert.equal(findPython({ root, interpreter: 'env', variables: withActive }).interpreter, named);
    assert.equal(findPython({ root, interpreter: 'env/bin/python3', variables: withActive }).interpreter, named);
  });

  it('is asked for by name where there is none', () => {
    const none = thrown(() => findPython({ root, variables: { PATH: join(root, 'empty') } }));
    assert.equal(none.code, 'python.not-found');
    const wrong = thrown(() => findPython({ root, interpreter: 'nowhere' }));
    assert.equal(wrong.code, 'python.not-found');
    const inside = thrown(() => findPython({ root, interpreter: 'envs/x/bin/python', variables: {} }));
    assert.match(inside.nextStep, /python3 -m venv envs\/x$/);
    assert.match(wrong.nextStep, /python3 -m venv nowhere/);
  });
});

describe('what Spark needs', () => {
  const whole: PythonFacts = {
    python: { interpreter: '/p/.venv/bin/python3', from: '.venv', environment: '/p/.venv' },
    version: '3.11.2',
    pyspark: '4.0.1',
    delta: '4.0.1',
    java: { path: 'java', version: '17.0.15', major: 17 },
  };
  const cases: readonly (readonly [string, Partial<PythonFacts>, readonly [string, RegExp][]])[] = [
    ['all is there', {}, []],
    [
      'no pyspark',
      { pyspark: undefined },
      [['python.no-pyspark', /^Run: \/p\/\.venv\/bin\/python3 -m pip install pyspark==4\.0\.1 delta-spark==4\.0\.1$/]],
    ],
    ['an old pyspark', { pyspark: '3.5.3' }, [['python.pyspark-too-old', /pip install pyspark==/]]],
    ['no delta', { delta: undefined }, [['python.no-delta', /pip install delta-spark==4\.0\.1$/]]],
    ['delta of another Spark', { pyspark: '4.1.0' }, [['python.delta-mismatch', /"delta-spark~=4\.1\.0"$/]]],
    ['no Java', { java: undefined }, [['python.no-java', /./]]],
    ['an old Java', { java: { path: 'java', version: '11.0.2', major: 11 } }, [['python.java-too-old', /./]]],
    ['an old Python', { version: '3.8.1' }, [['python.too-old', /./]]],
    [
      'a system’s Python, which is not ours to fill',
      { pyspark: undefined, python: { interpreter: '/usr/bin/python3', from: 'PATH', environment: undefined } },
      [['python.no-pyspark', /^Run: python3 -m venv \.venv && \.venv\/bin\/pip install /]],
    ],
  ];
  for (const [title, change, expected] of cases) {
    it(title, () => {
      const missing = missingForSpark({ ...whole, ...change });
      assert.deepEqual(
        missing.map(({ code }) => code),
        expected.map(([code]) => code),
      );
      for (const [index, [, step]] of expected.entries()) assert.match(missing[index]?.nextStep ?? '', step);
    });
  }

  it('is refused with everything that is missing', () => {
    const facts = { ...whole, pyspark: undefined, java: undefined };
    const error = thrown(() => requireSpark(facts));
    assert.equal(error.code, 'python.no-pyspark');
    assert.match(error.nextStep, /Also: Spark needs Java/);
  });
});
