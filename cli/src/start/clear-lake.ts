import type { StorageClient } from '@medallion/core/azure/storage.ts';

/** What a data set consists of in the lake; tables are rebuilt by the job from what lands anew. */
const places: readonly { readonly container: string; readonly path: string }[] = [
  { container: 'shop-export', path: 'transactions' },
  { container: 'shop-export', path: 'reference' },
  { container: 'landing', path: 'transactions' },
  { container: 'landing', path: 'reference' },
  { container: 'landing', path: 'capture' },
];

/** Takes away what another data set landed. Events stay in their hubs, as in the service: Capture does not write them again. */
export async function clearLake(storage: StorageClient): Promise<number> {
  let cleared = 0;
  for (const place of places) cleared += (await storage.delete(place)) ? 1 : 0;
  return cleared;
}
