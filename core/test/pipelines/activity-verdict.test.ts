import assert from 'node:assert/strict';
import { whyActivityIsRefused } from '@medallion/core/pipelines/activities/index.ts';
import type { Factory } from '@medallion/core/project/factory.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { copyActivity } from './copy-activity.ts';
import { writeFactory } from './factory-folder.ts';

describe('which activities run here', () => {
  let factory: Factory;
  before(async () => {
    using folder = temporaryFolder();
    factory = await writeFactory(folder.path, { activities: [] });
  });
  const reason = (change: Parameters<typeof copyActivity>[0]) =>
    whyActivityIsRefused('Copy', copyActivity(change), factory);

  it('takes a Copy of binary files between folders of the lake', () => {
    assert.equal(reason({}), undefined);
    assert.equal(
      reason({ write: { type: 'AzureBlobStorageWriteSettings', copyBehavior: 'FlattenHierarchy' } }),
      undefined,
    );
  });

  it('refuses by name every part of a Copy that would change what is copied', () => {
    assert.match(reason({ source: { type: 'AzureSqlSource' } }) ?? '', /source is AzureSqlSource/);
    assert.match(reason({ read: { type: 'SftpReadSettings' } }) ?? '', /SftpReadSettings/);
    assert.match(reason({ read: { modifiedDatetimeStart: '2026-01-01' } }) ?? '', /modifiedDatetimeStart/);
    assert.match(reason({ read: { deleteFilesAfterCompletion: true } }) ?? '', /deleteFilesAfterCompletion/);
    assert.match(reason({ write: { copyBehavior: 'MergeFiles' } }) ?? '', /MergeFiles/);
    assert.match(reason({ properties: { translator: {} } }) ?? '', /translator/);
    const compressed = { type: 'BinaryReadSettings', compressionProperties: { type: 'ZipDeflateReadSettings' } };
    assert.match(reason({ source: { formatSettings: compressed } }) ?? '', /compressionProperties/);
    assert.match(reason({ activity: { state: 'Inactive' } }) ?? '', /inactive/);
  });

  it('looks at the datasets, their linked services and every expression, without running', async () => {
    using folder = temporaryFolder();
    const other = await writeFactory(
      folder.path,
      { activities: [] },
      {
        csv: { type: 'DelimitedText' },
        zipped: { typeProperties: { compression: { type: 'gzip' }, location: {} } },
        onServer: { typeProperties: { location: { type: 'FileServerLocation' } } },
        elsewhere: { linkedServiceName: { referenceName: 'gone', type: 'LinkedServiceReference' } },
        computed: {
          typeProperties: { location: { type: 'AzureBlobFSLocation', fileSystem: '@guid()' } },
        },
      },
    );
    const of = (dataset: string) =>
      whyActivityIsRefused('Copy', copyActivity({ activity: { inputs: [{ referenceName: dataset }] } }), other) ?? '';
    assert.match(of('nowhere'), /nowhere is not in this factory/);
    assert.match(of('csv'), /csv of type DelimitedText/);
    assert.match(of('zipped'), /zipped is compressed/);
    assert.match(of('onServer'), /FileServerLocation/);
    assert.match(of('elsewhere'), /linked service gone/);
    assert.match(of('computed'), /function guid .*dataset computed/);
    assert.match(reason({ from: { folder: '@rand(1, 2)' } }) ?? '', /function rand/);
    assert.match(reason({ from: { folder: 'x@{pipeline(}' } }) ?? '', /cannot be read/);
    assert.match(reason({ activity: { policy: { retry: 1, priority: 3 } } }) ?? '', /policy with priority/);
    const failed = [{ activity: 'x', dependencyConditions: ['Failed'] }];
    assert.match(reason({ activity: { dependsOn: failed } }) ?? '', /Failed/);
  });

  it('refuses every other type by its name, and survives what is no activity', () => {
    assert.match(whyActivityIsRefused('WebActivity', { typeProperties: {} }, factory) ?? '', /WebActivity/);
    assert.match(whyActivityIsRefused('Copy', {}, factory) ?? '', /not given/);
    assert.match(whyActivityIsRefused('Copy', null, factory) ?? '', /no object/);
  });
});
