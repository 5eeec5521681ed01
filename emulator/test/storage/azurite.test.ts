import assert from 'node:assert/strict';
import { checkPart, loadAzurite } from '@medallion/emulator/services/storage/azurite.ts';

const incompatible = { code: 'emulator.azurite-incompatible' };

describe('the pinned Azurite', () => {
  it('has every part that the storage service is built on', () => {
    const azurite = loadAzurite();
    assert.equal(azurite.contextPath, 'azurite_blob_context');
    assert.equal(typeof azurite.operations['BlockBlob_Upload'], 'number');
  });

  it('is refused where a part is missing or has changed', () => {
    class Store {
      init(): string {
        return 'present';
      }
    }
    checkPart('Store', Store, ['init']);
    assert.throws(() => checkPart('Store', undefined, ['init']), incompatible);
    assert.throws(() => checkPart('Store', Store, ['init', 'listBlobs']), { ...incompatible, message: /listBlobs/ });
    assert.throws(() => checkPart('Store', {}, ['init']), incompatible);
  });
});
