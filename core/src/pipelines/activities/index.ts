import type { Factory } from '../../project/factory.ts';
import { whyPolicyIsRefused } from '../activity-policy.ts';
import type { ActivityKind } from '../activity.ts';
import { expressionProblem } from '../expressions/problem.ts';
import { isObject, type Value } from '../expressions/value.ts';
import { valueAt } from '../factory-objects.ts';
import { copy } from './copy.ts';

/** The activity types that run here: a new one is a file and a row. */
export const activityKinds: readonly ActivityKind[] = [copy];

/** Why an activity does not run here; undefined where it does. Judged by the factory's files alone. */
export function whyActivityIsRefused(type: string, definition: unknown, factory: Factory): string | undefined {
  const kind = activityKinds.find((candidate) => candidate.type === type);
  if (!kind) return `activities of type ${type} are not emulated yet`;
  const value = definition as Value;
  if (!isObject(value)) return 'the activity is no object';
  // The service marks an inactive activity as done without running it.
  if (value['state'] === 'Inactive') return 'inactive activities are not emulated yet';
  return (
    kind.whyNot(value, factory) ??
    whyPolicyIsRefused(value['policy']) ??
    whyDependenciesAreRefused(value['dependsOn']) ??
    expressionProblem(value, ['pipeline', 'activity'])
  );
}

function whyDependenciesAreRefused(dependsOn: Value | undefined): string | undefined {
  if (!Array.isArray(dependsOn)) return undefined;
  const conditions = (dependsOn as readonly Value[])
    .map((dependency) => JSON.stringify(valueAt(dependency, 'dependencyConditions') ?? ['Succeeded']))
    .find((text) => text !== '["Succeeded"]');
  return conditions === undefined ? undefined : `the dependency conditions ${conditions} are not emulated yet`;
}
