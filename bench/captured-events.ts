import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  type WriteStream,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { AvroFile } from '@medallion/emulator/services/eventhubs/capture/avro-file.ts';
import { archiveName, readCaptureSettings } from '@medallion/emulator/services/eventhubs/capture/settings.ts';
import { partitionOfKey } from '@medallion/emulator/services/eventhubs/partition-key.ts';
import {
  type DataSetOptions,
  fingerprint,
  geoEvents,
  interactionEvents,
  planDataSet,
  type ShopEvent,
} from '@medallion/shopcom/generator/main.ts';

/** The sample's events as Capture would have written them, and as local text for DuckDB, which reads no Avro. */
export interface CapturedEvents {
  /** Avro files, by the place that Capture gives them in the landing zone. */
  readonly captured: readonly { readonly path: string; readonly localPath: string }[];
  /** A folder with a folder for each hub of text files, a line an event: sequence number, offset, time, body. */
  readonly textFolder: string;
  readonly events: number;
}

/** Partitions by hub, as the sample's Config.json has them. */
const hubs = { interactions: 4, geo: 2 } as const;
const namespace = 'emulatorNs1';
const sample = join(import.meta.dirname, '..', 'samples', 'shopcom');
/** When the first event is taken; every run writes the same bytes. */
const firstEvent = Date.UTC(2026, 0, 1);
/** Counted up with every change of what is written. */
const version = 1;
/** Events between two looks at what the streams still hold. */
const drainEvery = 20_000;

/**
 * The events of a data set, with the same late, repeated and malformed ones as those that `medallion start` sends, straight into
 * Capture's files: sending ten million through Event Hubs takes an hour. Written once, kept under `.cache`.
 */
export async function capturedEvents(options: DataSetOptions): Promise<CapturedEvents> {
  const folder = join(import.meta.dirname, '..', '.cache', `${await fingerprint(options)}-v${version}`);
  const written = join(folder, 'written.json');
  if (!existsSync(written)) {
    rmSync(folder, { recursive: true, force: true });
    const { paths, events } = await write(options, folder);
    writeFileSync(written, JSON.stringify({ paths, events }));
  }
  const { paths, events } = JSON.parse(readFileSync(written, 'utf8')) as { paths: string[]; events: number };
  const captured = paths.map((path) => ({ path, localPath: join(folder, 'captured', path) }));
  return { captured, textFolder: join(folder, 'text'), events };
}

async function write(options: DataSetOptions, folder: string): Promise<{ paths: string[]; events: number }> {
  const plan = await planDataSet(options);
  const paths: string[] = [];
  let events = 0;
  for (const [hub, stream] of [['interactions', interactionEvents(plan)] as const, ['geo', geoEvents(plan)] as const]) {
    const partitions = Array.from({ length: hubs[hub] }, (_, id) => new Partition(folder, hub, id));
    for (const event of stream) {
      partitions[partitionOfKey(event.partitionKey, partitions.length)]?.take(event, events);
      events += 1;
      if (events % drainEvery === 0) for (const partition of partitions) await partition.drained();
    }
    for (const partition of partitions) paths.push(...(await partition.finish()));
  }
  return { paths, events };
}

/** One partition of a hub: a file a window, closed at the size that the sample's capture.json says. */
class Partition {
  readonly #folder: string;
  readonly #hub: keyof typeof hubs;
  readonly #id: number;
  readonly #settings;
  readonly #paths: string[] = [];
  readonly #ended: Promise<void>[] = [];
  #open: { readonly avro: AvroFile; readonly text: WriteStream } | undefined;
  #sequence = 0;
  #offset = 0;
  #windowStart = 0;

  constructor(folder: string, hub: keyof typeof hubs, id: number) {
    [this.#folder, this.#hub, this.#id] = [folder, hub, id];
    const described = JSON.parse(readFileSync(join(sample, 'eventhubs', 'capture.json'), 'utf8')) as unknown;
    const settings = readCaptureSettings(described, Object.keys(hubs)).find((one) => one.hub === hub);
    if (!settings) throw new Error(`${hub} is not captured`);
    this.#settings = settings;
  }

  /** @param ordinal of the event among all: it is taken so many milliseconds after the first. */
  take({ body }: ShopEvent, ordinal: number): void {
    const time = firstEvent + ordinal;
    const { avro, text } = (this.#open ??= this.#openWindow(time));
    const bytes = Buffer.from(body);
    const record = { SequenceNumber: this.#sequence, Offset: String(this.#offset), EnqueuedTimeUtc: serviceTime(time) };
    avro.append({
      ...record,
      SystemProperties: {
        'x-opt-sequence-number': { long: this.#sequence },
        'x-opt-offset': { string: record.Offset },
        'x-opt-enqueued-time': { long: time },
      },
      Properties: {},
      Body: { bytes },
    });
    text.write(`${[...Object.values(record), body].join('\x01')}\n`);
    this.#sequence += 1;
    // What the log adds to a body: headers and annotations.
    this.#offset += bytes.length + 131;
    if (this.#offset - this.#windowStart >= this.#settings.sizeLimitInBytes) this.#close();
  }

  async drained(): Promise<void> {
    if (this.#open?.text.writableNeedDrain === true) await once(this.#open.text, 'drain');
  }

  async finish(): Promise<readonly string[]> {
    this.#close();
    await Promise.all(this.#ended);
    return this.#paths;
  }

  #openWindow(time: number): { readonly avro: AvroFile; readonly text: WriteStream } {
    const { archiveNameFormat: format, encoding } = this.#settings;
    const path = archiveName(format, { namespace, hub: this.#hub, partition: String(this.#id), time });
    this.#paths.push(path);
    this.#windowStart = this.#offset;
    const [avro, text] = [join(this.#folder, 'captured', path), join(this.#folder, 'text', this.#hub)];
    mkdirSync(dirname(avro), { recursive: true });
    mkdirSync(text, { recursive: true });
    return {
      avro: new AvroFile(avro, { name: path, encoding }),
      text: createWriteStream(join(text, `${path.replaceAll('/', '-')}.txt`)),
    };
  }

  #close(): void {
    if (!this.#open) return;
    const { avro, text } = this.#open;
    avro.finish();
    avro[Symbol.dispose]();
    this.#ended.push(finished(text.end()));
    this.#open = undefined;
  }
}

/** As Capture writes times: .NET's invariant short date and long time, in UTC. */
function serviceTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  return `${day} ${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
}
