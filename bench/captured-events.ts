import { createWriteStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StorageClient } from '@medallion/core/azure/storage.ts';
import { openAvro } from '@medallion/core/formats/avro.ts';
import { bytesSource } from '@medallion/core/formats/range-source.ts';

/**
 * The captured events as local text files, one for each of Capture's, a line an event: sequence number, offset, time, body. Plain
 * DuckDB reads no Avro; what it reads instead is not part of its time.
 */
export async function writeCapturedEvents(storage: StorageClient, folder: string): Promise<void> {
  for await (const entry of storage.list({ container: 'landing', path: 'capture' }, { recursive: true })) {
    const hub = ['interactions', 'geo'].find((name) => entry.path.includes(`/${name}/`));
    if (entry.isDirectory || hub === undefined) continue;
    mkdirSync(join(folder, hub), { recursive: true });
    const bytes = await storage.read({ container: 'landing', path: entry.path });
    const avro = await openAvro(bytesSource(entry.path, bytes));
    const file = createWriteStream(join(folder, hub, `${entry.path.replaceAll('/', '-')}.txt`));
    for await (const { SequenceNumber, Offset, EnqueuedTimeUtc, Body } of avro.records()) {
      const body = Buffer.from((Body ?? new Uint8Array(0)) as Uint8Array).toString();
      const place = [SequenceNumber, Offset, EnqueuedTimeUtc] as readonly (bigint | string)[];
      const line = [...place, body].join('\x01');
      if (!file.write(`${line}\n`)) await once(file, 'drain');
    }
    file.end();
    await once(file, 'finish');
  }
}
