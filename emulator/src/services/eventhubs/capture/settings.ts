import { EmulatorError } from '../../../kit/emulator-error.ts';

export type CaptureEncoding = 'Avro' | 'AvroDeflate';

/** How one hub is captured: ARM's `captureDescription`, checked, with the service's defaults. */
export interface CaptureSettings {
  readonly hub: string;
  readonly encoding: CaptureEncoding;
  /** A window is closed after this time ... */
  readonly intervalInSeconds: number;
  /** ... or when its events have this size in the log, whichever is first. */
  readonly sizeLimitInBytes: number;
  readonly skipEmptyArchives: boolean;
  readonly container: string;
  readonly archiveNameFormat: string;
}

/** Each must stand in the name format, in any order; literals are allowed between them. */
const nameTokens = ['Namespace', 'EventHub', 'PartitionId', 'Year', 'Month', 'Day', 'Hour', 'Minute', 'Second'];
const limits = {
  intervalInSeconds: { least: 60, most: 900, usual: 300 },
  sizeLimitInBytes: { least: 10_485_760, most: 524_288_000, usual: 314_572_800 },
} as const;

type Json = Readonly<Record<string, unknown>>;

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/**
 * Reads `capture.json`: a `captureDescription` by hub. Hubs whose Capture is not enabled are checked and left out.
 * @throws EmulatorError `emulator.capture-config` that names everything that is wrong
 */
export function readCaptureSettings(config: unknown, hubs: readonly string[]): readonly CaptureSettings[] {
  const problems: string[] = [];
  const settings = Object.entries(asObject(config))
    .filter(([hub]) => !hub.startsWith('$'))
    .flatMap(([hub, description]) => readDescription(hub, asObject(description), hubs, problems));
  if (problems.length > 0) {
    throw new EmulatorError({
      code: 'emulator.capture-config',
      message: `The Capture settings are not valid: ${problems.join('; ')}.`,
      nextStep: "Correct eventhubs/capture.json; each entry has the form of the Event Hub's captureDescription in ARM.",
    });
  }
  return settings;
}

function readDescription(
  hub: string,
  description: Json,
  hubs: readonly string[],
  problems: string[],
): CaptureSettings[] {
  const name = hubs.find((candidate) => candidate.toLowerCase() === hub.toLowerCase());
  if (name === undefined) problems.push(`there is no hub '${hub}' in Config.json`);
  const destination = asObject(description['destination']);
  const properties = asObject(destination['properties']);
  const settings: CaptureSettings = {
    hub: name ?? hub,
    encoding: readEncoding(hub, description['encoding'], problems),
    intervalInSeconds: readLimited(hub, description, 'intervalInSeconds', problems),
    sizeLimitInBytes: readLimited(hub, description, 'sizeLimitInBytes', problems),
    skipEmptyArchives: description['skipEmptyArchives'] === true,
    container: readContainer(hub, properties['blobContainer'], problems),
    archiveNameFormat: readNameFormat(hub, properties['archiveNameFormat'], problems),
  };
  const kind = destination['name'];
  if (kind !== undefined && kind !== 'EventHubArchive.AzureBlockBlob') {
    problems.push(`the destination of '${hub}' must be 'EventHubArchive.AzureBlockBlob', not ${JSON.stringify(kind)}`);
  }
  return description['enabled'] === true ? [settings] : [];
}

function readEncoding(hub: string, encoding: unknown, problems: string[]): CaptureEncoding {
  if (encoding === 'Avro' || encoding === 'AvroDeflate') return encoding;
  problems.push(`the encoding of '${hub}' must be 'Avro' or 'AvroDeflate', not ${JSON.stringify(encoding)}`);
  return 'Avro';
}

function readLimited(hub: string, description: Json, name: keyof typeof limits, problems: string[]): number {
  const { least, most, usual } = limits[name];
  const value = description[name] ?? usual;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  problems.push(`the ${name} of '${hub}' must be ${least} to ${most}, not ${JSON.stringify(value)}`);
  return usual;
}

function readContainer(hub: string, container: unknown, problems: string[]): string {
  if (typeof container === 'string' && /^[a-z0-9](-?[a-z0-9])+$/.test(container) && container.length <= 63)
    return container;
  problems.push(`the blobContainer of '${hub}' is not the name of a container: ${JSON.stringify(container)}`);
  return '';
}

function readNameFormat(hub: string, value: unknown, problems: string[]): string {
  const format = value ?? nameTokens.map((token) => `{${token}}`).join('/');
  if (typeof format !== 'string') {
    problems.push(`the archiveNameFormat of '${hub}' must be text`);
    return '';
  }
  const used = [...format.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const missing = nameTokens.filter((token) => !used.includes(token));
  const unknown = used.filter((token) => !nameTokens.includes(token));
  if (missing.length > 0) problems.push(`the archiveNameFormat of '${hub}' lacks {${missing.join('}, {')}}`);
  if (unknown.length > 0) problems.push(`the archiveNameFormat of '${hub}' has the unknown {${unknown.join('}, {')}}`);
  return format;
}

/** The name of a window's blob, without container. @param time milliseconds since 1970; the name has its UTC parts. */
export function archiveName(
  format: string,
  values: { readonly namespace: string; readonly hub: string; readonly partition: string; readonly time: number },
): string {
  const date = new Date(values.time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const tokens: Readonly<Record<string, string>> = {
    Namespace: values.namespace,
    EventHub: values.hub,
    PartitionId: values.partition,
    Year: String(date.getUTCFullYear()),
    Month: two(date.getUTCMonth() + 1),
    Day: two(date.getUTCDate()),
    Hour: two(date.getUTCHours()),
    Minute: two(date.getUTCMinutes()),
    Second: two(date.getUTCSeconds()),
  };
  return `${format.replace(/\{([^}]*)\}/g, (token, name: string) => tokens[name] ?? token)}.avro`;
}
