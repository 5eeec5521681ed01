import type { PlainValue } from '@medallion/core/project/config-node.ts';

type Plain = Readonly<Record<string, PlainValue>>;

/** What a comparison with the Databricks CLI leaves out, and why. Everything else is compared. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  // Of the checkout and of the CLI's own engine; `targets`, `scripts` and `definitions` are no part of what is deployed.
  bundle: ['git', 'deployment', 'uuid'],
  // Asked of the workspace.
  workspace: ['current_user', 'host', 'profile'],
};

const sections: readonly string[] = [
  'bundle',
  'experimental',
  'include',
  'permissions',
  'presets',
  'python',
  'resources',
  'run_as',
  'sync',
  'variables',
  'workspace',
];

/**
 * A resolved configuration in the form in which two are compared:
 * - scalars by their text, because the CLI types them by its schema (`days: 3` of a string field is `"3"`);
 * - null, empty texts, lists and maps left out, as the CLI does with most;
 * - keys in one order.
 */
export function normalise(config: Plain): PlainValue | undefined {
  return plain(Object.fromEntries(sections.map((section) => [section, sectionOf(config, section)])));
}

function sectionOf(config: Plain, section: string): PlainValue {
  const value = config[section] ?? null;
  const without = Object.hasOwn(leftOut, section) ? (leftOut[section] ?? []) : [];
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !without.includes(key)));
}

function plain(value: PlainValue): PlainValue | undefined {
  if (Array.isArray(value)) {
    const items = (value as readonly PlainValue[]).flatMap((item) => plain(item) ?? []);
    return items.length > 0 ? items : undefined;
  }
  if (isMap(value)) {
    const entries = Object.entries(value).flatMap(([key, item]) => {
      const kept = plain(item);
      return kept === undefined ? [] : [[key, kept] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) : undefined;
  }
  if (value === null || value === '') return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isMap(value: PlainValue): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
