import type { LogRecord } from '../log/record.ts';
import { dataOf, sectionCode, sectionsOf, type Section } from '../amqp/sections.ts';
import { decodeValue, type AmqpValue } from '../amqp/values.ts';

/** The schema of Capture's files. */
export const eventDataSchema = {
  type: 'record',
  name: 'EventData',
  namespace: 'Microsoft.ServiceBus.Messaging',
  fields: [
    { name: 'SequenceNumber', type: 'long' },
    { name: 'Offset', type: 'string' },
    { name: 'EnqueuedTimeUtc', type: 'string' },
    { name: 'SystemProperties', type: { type: 'map', values: ['long', 'double', 'string', 'bytes'] } },
    { name: 'Properties', type: { type: 'map', values: ['long', 'double', 'string', 'bytes'] } },
    { name: 'Body', type: ['null', 'bytes'] },
  ],
} as const;

/** A value of one of the union's branches, wrapped as avsc has it. */
export type PropertyValue =
  { readonly long: number } | { readonly double: number } | { readonly string: string } | { readonly bytes: Buffer };

type Properties = Readonly<Record<string, PropertyValue>>;

export interface EventData {
  readonly SequenceNumber: number;
  readonly Offset: string;
  readonly EnqueuedTimeUtc: string;
  readonly SystemProperties: Properties;
  readonly Properties: Properties;
  readonly Body: { readonly bytes: Buffer } | null;
}

/** Fields of a message's properties section, in their order (AMQP 1.0 part 3, section 3.2.4). */
const propertyNames = [
  'message-id',
  'user-id',
  'to',
  'subject',
  'reply-to',
  'correlation-id',
  'content-type',
  'content-encoding',
  'absolute-expiry-time',
  'creation-time',
  'group-id',
  'group-sequence',
  'reply-to-group-id',
];

/** An event of the log as a record of Capture's files. */
export function toEventData(record: LogRecord): EventData {
  const { payload } = record;
  const system: Record<string, PropertyValue> = {};
  let properties: Properties = {};
  const body: Section[] = [];
  for (const section of sectionsOf(payload)) {
    if (section.code === sectionCode.messageAnnotations) Object.assign(system, mapOf(payload, section));
    else if (section.code === sectionCode.properties) Object.assign(system, propertiesOf(payload, section));
    else if (section.code === sectionCode.applicationProperties) properties = mapOf(payload, section);
    else if (section.code >= sectionCode.data && section.code <= sectionCode.value) body.push(section);
  }
  return {
    SequenceNumber: record.sequence,
    Offset: String(record.offset),
    EnqueuedTimeUtc: serviceTime(record.enqueuedTime),
    SystemProperties: system,
    Properties: properties,
    Body: bodyOf(payload, body),
  };
}

function mapOf(payload: Buffer, section: Section): Properties {
  const { value } = decodeValue(payload, section.value);
  const properties: Record<string, PropertyValue> = {};
  for (const [key, item] of value.kind === 'map' ? value.value : []) {
    const converted = toPropertyValue(item);
    if (key.kind === 'text' && converted) properties[key.value] = converted;
  }
  return properties;
}

function propertiesOf(payload: Buffer, section: Section): Properties {
  const { value } = decodeValue(payload, section.value);
  const properties: Record<string, PropertyValue> = {};
  for (const [index, item] of (value.kind === 'list' ? value.value : []).entries()) {
    const name = propertyNames[index];
    const converted = toPropertyValue(item);
    if (name && converted) properties[name] = converted;
  }
  return properties;
}

/** A null is left out: the union has no branch for it. */
function toPropertyValue(value: AmqpValue): PropertyValue | undefined {
  switch (value.kind) {
    case 'null':
      return undefined;
    case 'integer':
      return typeof value.value === 'number' ? { long: value.value } : { string: String(value.value) };
    case 'timestamp':
      return { long: value.value };
    case 'float':
      return { double: value.value };
    case 'text':
    case 'uuid':
      return { string: value.value };
    case 'bytes':
      return { bytes: value.value };
    case 'boolean':
      return { string: String(value.value) };
    case 'list':
    case 'map':
      return { string: JSON.stringify(toJson(value)) };
  }
}

/** Data sections are the body as it is; a body of another type is kept as text. */
function bodyOf(payload: Buffer, sections: readonly Section[]): EventData['Body'] {
  const [first] = sections;
  if (!first) return null;
  if (first.code === sectionCode.data) {
    const parts = sections.map((section) => dataOf(payload, section));
    return { bytes: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts) };
  }
  const { value } = decodeValue(payload, first.value);
  if (value.kind === 'null') return null;
  if (value.kind === 'bytes') return { bytes: value.value };
  return { bytes: Buffer.from(value.kind === 'text' ? value.value : JSON.stringify(toJson(value))) };
}

function toJson(value: AmqpValue): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'integer':
      return typeof value.value === 'number' ? value.value : String(value.value);
    case 'bytes':
      return value.value.toString('base64');
    case 'list':
      return value.value.map(toJson);
    case 'map':
      return Object.fromEntries(value.value.map(([key, item]) => [String(toJson(key)), toJson(item)]));
    case 'boolean':
    case 'float':
    case 'text':
    case 'uuid':
    case 'timestamp':
      return value.value;
  }
}

/** `8/15/2026 1:02:03 PM`, as the service writes times: .NET's invariant short date and long time, in UTC. */
function serviceTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  const clock = `${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${day} ${clock} ${hour < 12 ? 'AM' : 'PM'}`;
}
