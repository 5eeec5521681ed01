import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { runPipeline } from '@medallion/core/pipelines/run-pipeline.ts';
import { loadProject, primaryFactory } from '@medallion/core/project/project.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { type LocalAzure, startLocalAzure } from '../azure-storage/emulator.ts';
import { copyActivity } from './copy-activity.ts';
import { writeFactory } from './factory-folder.ts';

const refusal = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ExpectedError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

describe('pipelines over the wire', () => {
  let azure: LocalAzure;
  const exported: Readonly<Record<string, string>> = {
    'shop/a.csv': 'a,1\n',
    'shop/sub/b.csv': 'b,"2\n',
    'shop/sub/a.csv': 'other\n',
    'shop/notes.txt': 'no csv',
    'shop/{x}.csv': 'braces',
    'transactions/2026-01-01.csv': 'InvoiceNo\r\n1\r\n',
    'reference/customers/customers.csv': 'CustomerID\n',
  };

  before(async () => {
    azure = await startLocalAzure();
    for (const container of ['export', 'landing', 'shop-export']) await azure.storage.createContainer(container);
    for (const [path, text] of Object.entries(exported))
      for (const container of ['export', 'shop-export'])
        await azure.storage.write({ container, path }, Buffer.from(text));
  });
  after(() => azure[Symbol.asyncDispose]());
  beforeEach(() =>
    Promise.all(
      ['shop', 'transactions', 'reference'].map((path) => azure.storage.delete({ container: 'landing', path })),
    ),
  );

  const landed = async (): Promise<Record<string, string>> => {
    const files: Record<string, string> = {};
    for await (const { path, isDirectory } of azure.storage.list(
      { container: 'landing', path: '' },
      { recursive: true },
    )) {
      if (!isDirectory) files[path] = Buffer.from(await azure.storage.read({ container: 'landing', path })).toString();
    }
    return files;
  };

  const run = async (activities: readonly unknown[], more: object = {}, parameters = {}) => {
    using folder = temporaryFolder();
    const factory = await writeFactory(folder.path, { activities, ...more });
    return await runPipeline({ environment: azure.environment, factory, pipeline: 'p', parameters });
  };

  it('copies a folder byte for byte with its folders, and tells how much', async () => {
    const { activities } = await run([copyActivity({})]);
    const wanted = Object.entries(exported).filter(([path]) => path.startsWith('shop/'));
    assert.deepEqual(await landed(), Object.fromEntries(wanted.toSorted(([a], [b]) => (a < b ? -1 : 1))));
    const bytes = wanted.reduce((sum, [, text]) => sum + text.length, 0);
    assert.deepEqual(
      activities.map(({ activityName, activityType, output }) => ({ activityName, activityType, output })),
      [
        {
          activityName: 'Copy data',
          activityType: 'Copy',
          output: { dataRead: bytes, dataWritten: bytes, filesRead: 5, filesWritten: 5 },
        },
      ],
    );
  });

  it('takes * and ? of a file name as wildcards, and nothing else', async () => {
    await run([copyActivity({ read: { wildcardFileName: '?.csv' } })]);
    assert.deepEqual(Object.keys(await landed()), ['shop/a.csv', 'shop/sub/a.csv', 'shop/sub/b.csv']);
    await azure.storage.delete({ container: 'landing', path: 'shop' });
    await run([copyActivity({ read: { wildcardFileName: '{x}.*', recursive: false } })]);
    assert.deepEqual(Object.keys(await landed()), ['shop/{x}.csv']);
  });

  it('copies one named file, not its namesakes further down, and misses it where it is not', async () => {
    await run([copyActivity({ from: { file: 'a.csv' }, to: { file: 'renamed.csv' } })]);
    assert.deepEqual(await landed(), { 'shop/renamed.csv': 'a,1\n' });
    const missing = run([copyActivity({ from: { file: 'b.csv' } })]);
    await assert.rejects(missing, refusal('pipelines.source-missing', /shop\/b\.csv/));
  });

  it('never lets two files meet in one: two of one name would have left the last', async () => {
    const flat = run([copyActivity({ write: { copyBehavior: 'FlattenHierarchy' } })]);
    await assert.rejects(flat, refusal('pipelines.several-files-to-one', /shop\/a\.csv and shop\/sub\/a\.csv/));
    const named = run([copyActivity({ to: { file: 'one.csv' } })]);
    await assert.rejects(named, refusal('pipelines.several-files-to-one', /one\.csv/));
    assert.deepEqual(await landed(), {});
  });

  it('moves a file that is too large for memory over the disk', async () => {
    const large = { container: 'export', path: 'shop-large/large.bin' };
    const bytes = Buffer.alloc(33 * 1024 * 1024, 7);
    await azure.storage.write(large, bytes);
    const target = { container: 'landing', path: 'shop/large.bin' };
    await run([copyActivity({ from: { folder: 'shop-large' } })]);
    assert.ok(bytes.equals(await azure.storage.read(target)));
  });

  it('gives parameters, defaults and outputs of activities to later ones, in the order of their dependencies', async () => {
    const second = copyActivity({
      activity: { name: 'Second', dependsOn: [{ activity: 'Copy data', dependencyConditions: ['Succeeded'] }] },
      from: { folder: '@pipeline().parameters.other' },
      to: { folder: "shop/@{activity('Copy data').output.filesRead}" },
    });
    const first = copyActivity({ from: { file: '@pipeline().parameters.file' } });
    const parameters = { file: { type: 'String' }, other: { type: 'string', defaultValue: 'transactions' } };
    const { activities } = await run([second, first], { parameters }, { file: 'a.csv' });
    assert.deepEqual(
      activities.map(({ activityName }) => activityName),
      ['Copy data', 'Second'],
    );
    assert.deepEqual(Object.keys(await landed()), ['shop/1/2026-01-01.csv', 'shop/a.csv']);
  });

  it('takes a value that looks like an expression as it is', async () => {
    const parameters = { file: { type: 'string' } };
    const attempt = run(
      [copyActivity({ from: { file: '@pipeline().parameters.file' } })],
      { parameters },
      { file: '@concat(1)' },
    );
    await assert.rejects(attempt, refusal('pipelines.source-missing', /@concat\(1\)/));
  });

  it('refuses, before anything runs, what is not emulated, missing or of another type', async () => {
    const refused = [
      copyActivity({}),
      { name: 'Mail', type: 'WebActivity', typeProperties: {} },
      { name: 'w', type: 'Wait' },
    ];
    await assert.rejects(run(refused), refusal('pipelines.not-emulated', /p\/Mail: .*WebActivity.*p\/w: .*Wait/));
    const wrong = copyActivity({ activity: { dependsOn: [{ activity: 'x', dependencyConditions: ['Failed'] }] } });
    await assert.rejects(run([wrong]), refusal('pipelines.not-emulated', /Failed/));
    const dangling = copyActivity({
      activity: { dependsOn: [{ activity: 'x', dependencyConditions: ['Succeeded'] }] },
    });
    await assert.rejects(run([dangling]), refusal('pipelines.invalid-graph', /Copy data/));
    const parameters = { n: { type: 'int' } };
    await assert.rejects(run([], { parameters }), refusal('pipelines.parameter', /needs its parameter 'n'/));
    await assert.rejects(run([], { parameters }, { n: 'many' }), refusal('pipelines.parameter', /declared as int/));
    await assert.rejects(run([], {}, { m: 1 }), refusal('pipelines.parameter', /no parameter 'm'/));
    assert.deepEqual(await landed(), {});
  });

  it("lands the sample's export: each folder of it, by the pipeline that is promoted", async () => {
    const factory = primaryFactory(await loadProject(join(import.meta.dirname, '../../../samples/shopcom')));
    assert.ok(factory);
    for (const folder of ['transactions', 'reference']) {
      await runPipeline({
        environment: azure.environment,
        factory,
        pipeline: 'land_transactions',
        parameters: { folder },
      });
    }
    assert.deepEqual(await landed(), {
      'reference/customers/customers.csv': 'CustomerID\n',
      'transactions/2026-01-01.csv': 'InvoiceNo\r\n1\r\n',
    });
  });
});
