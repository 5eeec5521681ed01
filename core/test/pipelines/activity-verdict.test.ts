import assert from 'node:assert/strict';
import { whyActivityIsRefused } from '@medallion/core/pipelines/activities/index.ts';
import { copyActivity } from './copy-activity.ts';

describe('which activities run here', () => {
  const reason = (change: Parameters<typeof copyActivity>[0]) => whyActivityIsRefused('Copy', copyActivity(change));

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

  it('refuses every other type by its name, and survives what is no activity', () => {
    assert.match(whyActivityIsRefused('WebActivity', { typeProperties: {} }) ?? '', /WebActivity/);
    assert.match(whyActivityIsRefused('Copy', {}) ?? '', /not given/);
    assert.match(whyActivityIsRefused('Copy', null) ?? '', /no object/);
  });
});
