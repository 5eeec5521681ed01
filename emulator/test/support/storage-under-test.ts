import { BlobServiceClient, StorageSharedKeyCredential as BlobKey } from '@azure/storage-blob';
import {
  DataLakeServiceClient,
  FileSystemSASPermissions,
  generateDataLakeSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-file-datalake';
import { startEmulatorProcess, temporaryFolder } from './emulator-process.ts';

/** Clients of one account: the emulator's, or with `LIVE=1` a real one with a hierarchical namespace. */
export interface StorageUnderTest extends AsyncDisposable {
  readonly dataLake: DataLakeServiceClient;
  readonly blob: BlobServiceClient;
  readonly withWrongKey: DataLakeServiceClient;
  withSas(filesystem: string, permissions: string): DataLakeServiceClient;
}

interface AccountUnderTest {
  readonly accountName: string;
  readonly accountKey: string;
  readonly dfs: string;
  readonly blob: string;
}

const live = process.env['LIVE'] === '1';

/** With `LIVE=1`, `LIVE_STORAGE_ACCOUNT` and `LIVE_STORAGE_KEY` name the account. */
export async function openStorageUnderTest(): Promise<StorageUnderTest> {
  await using opening = new AsyncDisposableStack();
  const account = live ? liveAccount() : await localAccount(opening);
  const key = new StorageSharedKeyCredential(account.accountName, account.accountKey);
  const wrongKey = new StorageSharedKeyCredential(account.accountName, Buffer.alloc(64).toString('base64'));
  const opened = opening.move();
  return {
    dataLake: new DataLakeServiceClient(account.dfs, key),
    blob: new BlobServiceClient(account.blob, new BlobKey(account.accountName, account.accountKey)),
    withWrongKey: new DataLakeServiceClient(account.dfs, wrongKey),
    withSas: (filesystem, permissions) => {
      const expiresOn = new Date(Date.now() + 3600_000);
      const values = {
        fileSystemName: filesystem,
        permissions: FileSystemSASPermissions.parse(permissions),
        expiresOn,
      };
      return new DataLakeServiceClient(`${account.dfs}?${generateDataLakeSASQueryParameters(values, key).toString()}`);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function localAccount(opening: AsyncDisposableStack): Promise<AccountUnderTest> {
  const folder = opening.use(temporaryFolder());
  const { description } = opening.use(await startEmulatorProcess({ stateFolder: folder.path }));
  const { endpoints, storage } = description;
  return { ...storage, dfs: endpoints.dfs, blob: endpoints.blob };
}

function liveAccount(): AccountUnderTest {
  const accountName = process.env['LIVE_STORAGE_ACCOUNT'];
  const accountKey = process.env['LIVE_STORAGE_KEY'];
  if (accountName === undefined || accountKey === undefined) {
    throw new Error('LIVE=1 needs LIVE_STORAGE_ACCOUNT and LIVE_STORAGE_KEY.');
  }
  const host = (service: string) => `https://${accountName}.${service}.core.windows.net`;
  return { accountName, accountKey, dfs: host('dfs'), blob: host('blob') };
}
