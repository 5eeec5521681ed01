/** A symbol of at most 255 bytes, as it stands in a map. */
export function symbol(name: string): Buffer {
  return Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name, 'ascii')]);
}

/** What stands before the size of a section that is a map with sizes of four bytes. */
export function mapSectionStart(code: number): Buffer {
  return Buffer.from([0x00, 0x53, code, 0xd1]);
}

/** Writes a long or timestamp that is not negative and returns where it ends. */
export function writeLong(target: Buffer, position: number, kind: 'long' | 'timestamp', value: number): number {
  target[position] = kind === 'long' ? 0x81 : 0x83;
  target.writeUInt32BE(Math.floor(value / 0x1_0000_0000), position + 1);
  target.writeUInt32BE(value % 0x1_0000_0000, position + 5);
  return position + 9;
}

/** Writes a string and returns where it ends. */
export function writeText(target: Buffer, position: number, text: string): number {
  const length = target.write(text, position + 5);
  target[position] = 0xb1;
  target.writeUInt32BE(length, position + 1);
  return position + 5 + length;
}
