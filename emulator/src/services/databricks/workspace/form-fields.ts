import { invalid } from '../errors.ts';

/** The parts of a `multipart/form-data` body by their names. @throws DatabricksError for a body that is none. */
export function formFields(body: Buffer, contentType: string): ReadonlyMap<string, Buffer> {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = `--${quoted ?? plain ?? ''}`;
  const fields = new Map<string, Buffer>();
  let start = body.indexOf(boundary);
  while (start >= 0) {
    const begin = start + boundary.length;
    // Two more dashes end the form.
    if (body.toString('latin1', begin, begin + 2) === '--') return fields;
    const head = body.indexOf('\r\n\r\n', begin);
    const end = body.indexOf(`\r\n${boundary}`, begin);
    const name = /\bname="([^"]*)"/i.exec(body.toString('utf8', begin, Math.max(head, begin)))?.[1];
    if (head < 0 || end < head || name === undefined) break;
    fields.set(name, body.subarray(head + 4, end));
    start = end + 2;
  }
  throw invalid('The multipart/form-data body cannot be read.');
}
