import assert from 'node:assert/strict';
import { BlobServiceClient } from '@azure/storage-blob';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';

describe('blob endpoint', () => {
  it('serves the unmodified client, and keeps its blobs over a restart', async () => {
    using folder = temporaryFolder();
    {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
      const service = BlobServiceClient.fromConnectionString(emulator.description.connectionStrings.storage);
      const container = service.getContainerClient('landing');
      await container.create();
      await container.getBlockBlobClient('a/b.txt').upload('hello', 5);
    }
    await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
    const service = BlobServiceClient.fromConnectionString(emulator.description.connectionStrings.storage);
    const content = await service.getContainerClient('landing').getBlobClient('a/b.txt').downloadToBuffer();
    assert.equal(content.toString(), 'hello');
  });
});
