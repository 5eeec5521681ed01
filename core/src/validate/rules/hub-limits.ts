import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { at, entriesAt, itemsAt, textAt, type ConfigNode } from '../../project/config-node.ts';
import type { HubsConfig } from '../../project/project.ts';
import { readConfigFile } from '../../project/text-file.ts';
import { finding, type Rule } from '../rule.ts';

/** The limits of Event Hubs' emulator and of Event Hubs Capture. */
const limits = {
  hubs: 10,
  partitions: [1, 32],
  consumerGroups: 20,
  captureSeconds: [60, 900],
  captureBytes: [10_485_760, 524_288_000],
} as const;

/** Hubs and their capture stay within the service's limits, and capture speaks of hubs that exist. */
export const hubLimits: Rule = async ({ project }) => {
  const found = await Promise.all(
    project.hubs.map(async (hubs) => [...judgeHubs(hubs), ...(await judgeCapture(project.root, hubs))]),
  );
  return found.flat();
};

function namespacesOf(hubs: HubsConfig): readonly ConfigNode[] {
  return itemsAt(hubs.node, 'UserConfig', 'NamespaceConfig');
}

function judgeHubs(hubs: HubsConfig): readonly Diagnostic[] {
  return namespacesOf(hubs).flatMap((namespace) => {
    const entities = itemsAt(namespace, 'Entities');
    const tooMany =
      entities.length > limits.hubs
        ? [limit(`A namespace has at most ${limits.hubs} hubs, not ${entities.length}.`, namespace)]
        : [];
    return [...tooMany, ...entities.flatMap(judgeHub)];
  });
}

function judgeHub(hub: ConfigNode): readonly Diagnostic[] {
  const name = textAt(hub, 'Name');
  const groups = itemsAt(hub, 'ConsumerGroups');
  const found: Diagnostic[] = [];
  if (name === undefined) found.push(limit('A hub has no Name.', hub));
  found.push(...outside(hub, 'PartitionCount', limits.partitions, true));
  if (groups.length > limits.consumerGroups) {
    found.push(limit(`A hub has at most ${limits.consumerGroups} consumer groups, not ${groups.length}.`, hub));
  }
  return found;
}

async function judgeCapture(root: string, hubs: HubsConfig): Promise<readonly Diagnostic[]> {
  if (hubs.captureFile === undefined) return [];
  const { node, diagnostics } = await readConfigFile(join(root, hubs.captureFile), hubs.captureFile);
  const names = namespacesOf(hubs).flatMap((namespace) =>
    itemsAt(namespace, 'Entities').map((hub) => textAt(hub, 'Name')),
  );
  const judged = entriesAt(node).flatMap(([name, { keyRange, value }]) => [
    ...(names.includes(name)
      ? []
      : [
          finding(
            'error',
            'hubs.unknown-hub',
            `Capture names the hub ${name}, which ${hubs.file} has not.`,
            keyRange,
            'Add the hub, or correct the name.',
          ),
        ]),
    ...outside(value, 'intervalInSeconds', limits.captureSeconds, false),
    ...outside(value, 'sizeLimitInBytes', limits.captureBytes, false),
  ]);
  return [...diagnostics, ...judged];
}

function outside(
  node: ConfigNode,
  key: string,
  [least, most]: readonly [number, number],
  required: boolean,
): readonly Diagnostic[] {
  const text = textAt(node, key);
  if (text === undefined && !required) return [];
  const value = Number(text ?? Number.NaN);
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [
    limit(`${key} is ${text ?? 'missing'}; it must be a whole number from ${least} to ${most}.`, at(node, key) ?? node),
  ];
}

function limit(message: string, node: ConfigNode): Diagnostic {
  return finding('error', 'hubs.limit', message, node.range, 'Stay within the limits of the service.');
}
