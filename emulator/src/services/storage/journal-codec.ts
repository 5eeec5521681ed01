/**
 * JSON with the two types that stored documents hold beyond it: dates and bytes. Azurite's own files turn both into
 * strings and index maps, so that a restart changes what comparisons see.
 */
export function encodeDocument(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string, plain: unknown) {
    // `plain` has been through toJSON; the value itself is still in its holder.
    const original = this[key];
    if (original instanceof Date) return { $date: original.getTime() };
    if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString('base64') };
    return plain;
  });
}

/** @throws SyntaxError for text that is not JSON. */
export function decodeDocument(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$date' in value && typeof value.$date === 'number') return new Date(value.$date);
    if ('$bytes' in value && typeof value.$bytes === 'string')
      return new Uint8Array(Buffer.from(value.$bytes, 'base64'));
    return value;
  });
}
