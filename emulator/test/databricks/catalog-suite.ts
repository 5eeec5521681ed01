import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { Call, Json } from '../support/control-client.ts';
import type { EmulatorProcess } from '../support/emulator-process.ts';

export const storageRoot = 'abfss://lake@devstoreaccount1.dfs.core.windows.net/main';

/** The catalog `main` with the schema `sales`, the external volume `raw` on `lake/raw`, and the managed volume `kept`. */
export async function makeCatalog(call: Call): Promise<void> {
  const catalog = 'main';
  const requests: readonly (readonly [string, Json])[] = [
    ['catalogs', { name: catalog, storage_root: storageRoot }],
    ['schemas', { name: 'sales', catalog_name: catalog }],
    [
      'volumes',
      {
        name: 'raw',
        catalog_name: catalog,
        schema_name: 'sales',
        volume_type: 'EXTERNAL',
        storage_location: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/raw',
      },
    ],
    ['volumes', { name: 'kept', catalog_name: catalog, schema_name: 'sales', volume_type: 'MANAGED' }],
  ];
  for (const [kind, body] of requests) {
    const answer = await call('POST', `/api/2.1/unity-catalog/${kind}`, { body });
    if (answer.status !== 200) throw new Error(answer.text);
  }
}

/** The emulated account through the unmodified client, with its key. */
export function blobClient({ description }: EmulatorProcess): BlobServiceClient {
  const { accountName, accountKey } = description.storage;
  return new BlobServiceClient(description.endpoints.blob, new StorageSharedKeyCredential(accountName, accountKey));
}
