import { deflateRawSync } from 'node:zlib';
import avro from 'avsc';

/** An Avro record schema. */
export const record = (...fields: readonly (readonly [name: string, type: unknown])[]): unknown => ({
  type: 'record',
  name: 'Row',
  fields: fields.map(([name, type]) => ({ name, type })),
});

/**
 * A container of one block, its records written by avsc, which the reader does not share a line with. Values of unions are
 * `{<branch>: value}`.
 * @param said the schema in its header, where that is not the one by which it was written.
 */
export function avroFile(schema: unknown, records: readonly unknown[], said = schema): Buffer {
  const type = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: true });
  const long = avro.Type.forSchema('long');
  const metadata = { 'avro.schema': Buffer.from(JSON.stringify(said)), 'avro.codec': Buffer.from('deflate') };
  const header = avro.Type.forSchema({ type: 'map', values: 'bytes' }).toBuffer(metadata);
  const block = deflateRawSync(Buffer.concat(records.map((value) => type.toBuffer(value))));
  const sync = Buffer.alloc(16, 7);
  const counts = [long.toBuffer(records.length), long.toBuffer(block.byteLength)];
  return Buffer.concat([Buffer.from('Obj\u0001', 'latin1'), header, sync, ...counts, block, sync]);
}
