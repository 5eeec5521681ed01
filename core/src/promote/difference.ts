import type { PlainValue } from '../project/config-node.ts';
import { isBody, stableText, type Body } from './canonical.ts';
import type { Change } from './plan.generated.ts';

const mostChanges = 50;
const longestValue = 120;

/** What differs between two canonical bodies, field by field, at most 50 fields. */
export function difference(live: Body, desired: Body): Change[] {
  return [...walk('', live, desired)].slice(0, mostChanges);
}

function* walk(path: string, live: PlainValue | undefined, desired: PlainValue | undefined): Generator<Change> {
  if (live !== undefined && desired !== undefined && stableText(live) === stableText(desired)) return;
  const [a, b] = [fieldsOf(live), fieldsOf(desired)];
  if (a && b) {
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      if (a.get(key) === undefined && b.get(key) === undefined) continue;
      yield* walk(path === '' ? key : `${path}.${key}`, a.get(key), b.get(key));
    }
    return;
  }
  yield {
    path,
    ...(live === undefined ? {} : { live: shortened(live) }),
    ...(desired === undefined ? {} : { desired: shortened(desired) }),
  };
}

/** A list of named things is shown by their names: `tasks.silver`, not `tasks.3`. */
function fieldsOf(value: PlainValue | undefined): ReadonlyMap<string, PlainValue> | undefined {
  if (isBody(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  return new Map((value as readonly PlainValue[]).map((item, index) => [nameOf(item) ?? String(index), item]));
}

function nameOf(item: PlainValue): string | undefined {
  if (!isBody(item)) return undefined;
  const name = item['task_key'] ?? item['name'] ?? item['job_cluster_key'];
  return typeof name === 'string' ? name : undefined;
}

function shortened(value: PlainValue): string {
  const text = stableText(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}...` : text;
}
