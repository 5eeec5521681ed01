import { createServer } from 'node:http';
import { join } from 'node:path';
import type { RunningService, ServiceContext, ServiceEntry } from '../../kit/service.ts';
import { loadAzurite } from './azurite.ts';
import { createBlobListener } from './blob-listener.ts';
import { createDfsListener } from './dfs/listener.ts';
import { startExtentCollector } from './extent-collector.ts';
import { putFromFile, withFileSources } from './put-from-file.ts';
import { openStores } from './stores.ts';

/** An Azure Storage account with a hierarchical namespace: Blob on one port, Data Lake Storage Gen2 (DFS) on another. */
export const storageService: ServiceEntry = { name: 'storage', start: startStorage };

/** @throws EmulatorError `emulator.azurite-incompatible`, `emulator.state-corrupt`, `emulator.port-in-use`. */
async function startStorage(context: ServiceContext): Promise<RunningService> {
  await using starting = new AsyncDisposableStack();
  const azurite = loadAzurite();
  const stores = starting.use(await openStores(azurite, join(context.stateFolder, 'storage'), context.logger));
  starting.use(startExtentCollector(stores, context.logger));
  const { accountName, accountKey } = context.identity.storage;
  const account = { name: accountName, key1: Buffer.from(accountKey, 'base64') };
  const blobListener = createBlobListener(azurite, stores, account, context);
  const dfsListener = createDfsListener({
    azurite,
    stores,
    account,
    recorder: context,
    logger: context.logger,
    operations: [putFromFile(context.sharedFolder)],
    blobListener,
  });
  const blob = starting.use(await context.listen(createServer(withFileSources(blobListener, dfsListener)), 'blob'));
  const dfs = starting.use(await context.listen(createServer(dfsListener), 'dfs'));
  const running = starting.move();
  return {
    endpoints: {
      blob: `http://127.0.0.1:${blob.port}/${accountName}`,
      dfs: `http://127.0.0.1:${dfs.port}/${accountName}`,
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
