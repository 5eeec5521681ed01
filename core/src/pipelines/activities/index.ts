import type { Factory } from '../../project/factory.ts';
import { whyPolicyIsRefused } from '../activity-policy.ts';
import type { ActivityKind, ActivityVerdict } from '../activity.ts';
import { expressionProblem } from '../expressions/problem.ts';
import { isObject, type Value } from '../expressions/value.ts';
import { type Properties, valueAt } from '../factory-objects.ts';
import type { ProgramFolder } from '../programs.ts';
import { copy } from './copy.ts';
import { databricksJob } from './databricks-job.ts';
import { databricksNotebook, databricksSparkPython } from './databricks-program.ts';
import { setVariable } from './set-variable.ts';

/** The activity types that run here: a new one is a file and a row. */
export const activityKinds: readonly ActivityKind[] = [
  copy,
  setVariable,
  databricksNotebook,
  databricksSparkPython,
  databricksJob,
];

/** Where an activity runs, and why not. Judged by the factory's files, and by the folder's for what it starts on Databricks. */
export function judgeActivity(
  type: string,
  definition: unknown,
  factory: Factory,
  folder?: ProgramFolder,
): ActivityVerdict {
  const reason = whyActivityIsRefused(type, definition, factory, folder);
  if (reason !== undefined) return { verdict: 'refused', reason };
  const kind = activityKinds.find((candidate) => candidate.type === type);
  return kind?.judge?.(definition as Properties, factory, folder) ?? { verdict: 'here', reason: '' };
}

/** Why an activity does not run here; undefined where it does. Judged by the factory's files alone. */
export function whyActivityIsRefused(
  type: string,
  definition: unknown,
  factory: Factory,
  folder?: ProgramFolder,
): string | undefined {
  const kind = activityKinds.find((candidate) => candidate.type === type);
  if (!kind) return `activities of type ${type} are not emulated yet`;
  const value = definition as Value;
  if (!isObject(value)) return 'the activity is no object';
  // The service marks an inactive activity as done without running it.
  if (value['state'] === 'Inactive') return 'inactive activities are not emulated yet';
  return (
    kind.whyNot(value, factory, folder) ??
    whyPolicyIsRefused(value['policy']) ??
    whyDependenciesAreRefused(value['dependsOn']) ??
    expressionProblem(value, ['pipeline', 'activity', 'variables'])
  );
}

function whyDependenciesAreRefused(dependsOn: Value | undefined): string | undefined {
  if (!Array.isArray(dependsOn)) return undefined;
  const conditions = (dependsOn as readonly Value[])
    .map((dependency) => JSON.stringify(valueAt(dependency, 'dependencyConditions') ?? ['Succeeded']))
    .find((text) => text !== '["Succeeded"]');
  return conditions === undefined ? undefined : `the dependency conditions ${conditions} are not emulated yet`;
}
