import type { ActivityKind } from '../activity.ts';
import { isObject, type Value } from '../expressions/value.ts';
import { copy } from './copy.ts';

/** The activity types that run here: a new one is a file and a row. */
export const activityKinds: readonly ActivityKind[] = [copy];

/** Why an activity does not run here; undefined where it does. Judged by its definition alone. */
export function whyActivityIsRefused(type: string, definition: unknown): string | undefined {
  const kind = activityKinds.find((candidate) => candidate.type === type);
  if (!kind) return `activities of type ${type} are not emulated yet`;
  const value = definition as Value;
  if (!isObject(value)) return 'the activity is no object';
  // The service marks an inactive activity as done without running it.
  return value['state'] === 'Inactive' ? 'inactive activities are not emulated yet' : kind.whyNot(value);
}
