import { AmqpDecodeError, valueEnd } from './values.ts';

/** Codes of a message's sections (AMQP 1.0 part 3, section 3.2). */
export const sectionCode = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

export interface Section {
  readonly code: number;
  /** Where the section begins, with its descriptor. */
  readonly start: number;
  /** Where its value begins, behind the descriptor. */
  readonly value: number;
  readonly end: number;
}

/** The section at `position`; its descriptor must be numeric, as every client writes it. */
export function sectionAt(bytes: Buffer, position: number): Section {
  if (bytes[position] !== 0) throw new AmqpDecodeError('a message consists of described sections');
  const descriptor = position + 1;
  const value = valueEnd(bytes, descriptor);
  const type = bytes[descriptor];
  const code =
    type === 0x53
      ? bytes.readUInt8(descriptor + 1)
      : type === 0x80
        ? Number(bytes.readBigUInt64BE(descriptor + 1))
        : -1;
  if (code < sectionCode.header || code > sectionCode.footer) {
    throw new AmqpDecodeError('a message holds a section that is not of AMQP 1.0');
  }
  return { code, start: position, value, end: valueEnd(bytes, value) };
}

/** The sections of a message, in order. */
export function sectionsOf(bytes: Buffer): readonly Section[] {
  const sections: Section[] = [];
  for (let position = 0; position < bytes.length;) {
    const section = sectionAt(bytes, position);
    sections.push(section);
    position = section.end;
  }
  return sections;
}

/** The bytes of a data section, without copying. */
export function dataOf(bytes: Buffer, section: Section): Buffer {
  const type = bytes[section.value];
  if (type === 0xa0) return bytes.subarray(section.value + 2, section.end);
  if (type === 0xb0) return bytes.subarray(section.value + 5, section.end);
  throw new AmqpDecodeError('a data section holds binary');
}
