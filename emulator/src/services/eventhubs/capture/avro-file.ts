import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import avro from 'avsc';
import { eventDataSchema, type EventData } from './event-data.ts';
import type { CaptureEncoding } from './settings.ts';

const eventType = avro.Type.forSchema(structuredClone(eventDataSchema) as unknown as avro.Schema, {
  wrapUnions: 'always',
});
const longType = avro.Type.forSchema('long');
const bytesType = avro.Type.forSchema('bytes');
const headerType = avro.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } },
  ],
});

/** Encoded bytes after which a block is closed. */
const blockBytes = 64 * 1024;

/**
 * Writes an Avro object container file of events (Avro 1.11, "Object Container Files"), block by block. The same events under
 * the same name give the same bytes: the sync marker is derived from the name, where avsc's own encoder draws a random one.
 */
export class AvroFile {
  readonly #descriptor: number;
  readonly #deflate: boolean;
  readonly #sync: Buffer;
  #block = Buffer.allocUnsafe(2 * blockBytes);
  #position = 0;
  #records = 0;
  #length = 0;

  constructor(file: string, options: { readonly name: string; readonly encoding: CaptureEncoding }) {
    this.#descriptor = openSync(file, 'w', 0o600);
    this.#deflate = options.encoding === 'AvroDeflate';
    this.#sync = createHash('md5').update(options.name).digest();
    const meta = {
      'avro.codec': Buffer.from(this.#deflate ? 'deflate' : 'null'),
      'avro.schema': Buffer.from(JSON.stringify(eventDataSchema)),
    };
    this.#write(headerType.toBuffer({ magic: Buffer.from('Obj\u0001'), meta, sync: this.#sync }));
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  append(event: EventData): void {
    let end = eventType.encode(event, this.#block, this.#position);
    if (end < 0) {
      // avsc gives the bytes that are missing as a negative number.
      this.#block = Buffer.concat([this.#block], this.#block.length - end);
      end = eventType.encode(event, this.#block, this.#position);
    }
    this.#position = end;
    this.#records += 1;
    if (this.#position >= blockBytes) this.#endBlock();
  }

  /** Writes the last block. */
  finish(): void {
    if (this.#records > 0) this.#endBlock();
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #endBlock(): void {
    const data = this.#block.subarray(0, this.#position);
    this.#write(longType.toBuffer(this.#records));
    this.#write(bytesType.toBuffer(this.#deflate ? deflateRawSync(data) : data));
    this.#write(this.#sync);
    this.#position = 0;
    this.#records = 0;
  }

  #write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done);
    this.#length += bytes.length;
  }
}
