import { EmulatorError } from '../../kit/emulator-error.ts';

export interface HubConfig {
  readonly name: string;
  readonly partitionCount: number;
  /** Without `$Default`, which every hub has. */
  readonly consumerGroups: readonly string[];
}

export interface NamespaceConfig {
  readonly name: string;
  readonly hubs: readonly HubConfig[];
}

/** The only name that the official emulator allows; ours is free. */
const defaultNamespace = 'emulatorNs1';

/** The official emulator's limits. */
const limits = { hubs: 10, partitions: 32, consumerGroups: 20, nameLength: 256, groupNameLength: 50 } as const;

const namePattern = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

type Json = Readonly<Record<string, unknown>>;

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Reads the official emulator's `Config.json`, where `PartitionCount` may be a number or a string of digits. A project without
 * one has an empty namespace.
 * @throws EmulatorError `emulator.event-hubs-config` that names everything that is wrong
 */
export function readEventHubsConfig(config: unknown): NamespaceConfig {
  if (config === undefined || config === null) return { name: defaultNamespace, hubs: [] };
  const problems: string[] = [];
  const namespaces = asList(asObject(asObject(config)['UserConfig'])['NamespaceConfig']).map(asObject);
  const [namespace] = namespaces;
  if (!namespace || namespaces.length > 1) {
    problems.push(`UserConfig.NamespaceConfig must hold exactly one namespace, not ${namespaces.length}`);
  }
  const name = asText(namespace?.['Name']);
  if (namespace && !/^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$/.test(name)) {
    problems.push(`the namespace's Name '${name}' must have 6 to 50 letters, digits and hyphens`);
  }
  const hubs = asList(namespace?.['Entities']).map((entity) => readHub(asObject(entity), problems));
  if (hubs.length > limits.hubs) problems.push(`a namespace has at most ${limits.hubs} hubs, not ${hubs.length}`);
  for (const repeated of repeatedNames(hubs.map((hub) => hub.name)))
    problems.push(`the hub '${repeated}' stands twice`);
  if (problems.length > 0) {
    throw new EmulatorError({
      code: 'emulator.event-hubs-config',
      message: `The Event Hubs configuration is not valid: ${problems.join('; ')}.`,
      nextStep: 'Correct eventhubs/Config.json; its format is that of the official Event Hubs emulator.',
    });
  }
  return { name, hubs };
}

function readHub(entity: Json, problems: string[]): HubConfig {
  const name = asText(entity['Name']);
  if (!namePattern.test(name) || name.length > limits.nameLength) {
    problems.push(
      `the hub name '${name}' must begin and end with a letter or digit and hold only those, '.', '-' and '_'`,
    );
  }
  const count = entity['PartitionCount'];
  const partitionCount = typeof count === 'string' && /^\d+$/.test(count) ? Number(count) : count;
  const valid = typeof partitionCount === 'number' && Number.isInteger(partitionCount);
  if (!valid || partitionCount < 1 || partitionCount > limits.partitions) {
    problems.push(`the PartitionCount of '${name}' must be 1 to ${limits.partitions}, not ${JSON.stringify(count)}`);
  }
  return { name, partitionCount: valid ? partitionCount : 0, consumerGroups: readGroups(name, entity, problems) };
}

function readGroups(hub: string, entity: Json, problems: string[]): readonly string[] {
  const names = asList(entity['ConsumerGroups'])
    .map((group) => asText(asObject(group)['Name']))
    .filter((name) => name.toLowerCase() !== '$default');
  if (names.length > limits.consumerGroups) {
    problems.push(`'${hub}' has ${names.length} consumer groups; at most ${limits.consumerGroups} are allowed`);
  }
  for (const name of names) {
    if (!namePattern.test(name) || name.length > limits.groupNameLength) {
      problems.push(`the consumer group name '${name}' of '${hub}' is not valid`);
    }
  }
  for (const repeated of repeatedNames(names))
    problems.push(`the consumer group '${repeated}' of '${hub}' stands twice`);
  return names;
}

/** Event Hubs compares names without regard to case. */
function repeatedNames(names: readonly string[]): readonly string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => lower.indexOf(lower[index] ?? '') !== index);
}
