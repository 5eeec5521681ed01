import { isJsonObject, type JsonObject } from '../../control/lossless-json.ts';
import { ArmError } from '../errors.ts';
import type { FactoryObject } from './records.ts';

type Check = (properties: JsonObject, refuse: (message: string) => never) => void;

/** What the service wants of each kind beyond its references. */
const checks: Readonly<Record<string, Check>> = {
  linkedservices: requireType,
  datasets: (properties, refuse) => {
    requireType(properties, refuse);
    if (!isJsonObject(properties['linkedServiceName'])) refuse("The property 'linkedServiceName' is required.");
  },
  pipelines: checkPipeline,
  globalParameters: (properties, refuse) => {
    for (const [name, value] of Object.entries(properties)) {
      if (!isJsonObject(value) || typeof value['type'] !== 'string' || value['value'] === undefined) {
        refuse(`The global parameter '${name}' needs a 'type' and a 'value'.`);
      }
    }
  },
  triggers: (properties, refuse) => {
    requireType(properties, refuse);
    requireFields(String(properties['type']), properties['typeProperties'], `The trigger`, refuse);
  },
};

/** @throws ArmError `BadRequest` with the first thing that is wrong. */
export function checkObject({ kind, name, body }: FactoryObject, target: string): void {
  const refuse = (message: string): never => {
    throw new ArmError(400, 'BadRequest', `The document '${name}' is not valid. ${message}`, target);
  };
  const { properties } = body;
  if (!isJsonObject(properties)) return refuse("The property 'properties' is required and must be an object.");
  checks[kind]?.(properties, refuse);
}

function requireType(properties: JsonObject, refuse: (message: string) => never): void {
  if (typeof properties['type'] !== 'string') refuse("The property 'properties.type' is required.");
}

function checkPipeline({ activities = [] }: JsonObject, refuse: (message: string) => never): void {
  if (!Array.isArray(activities)) return refuse("The property 'activities' must be a list.");
  const all = activities.flatMap((activity: unknown) => withNested(activity, refuse));
  const names = all.map(({ name }) => String(name).toLowerCase());
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) refuse(`The activity name '${double}' is used twice.`);
  for (const activity of all) checkActivity(activity, names, refuse);
}

/** Where containers (ForEach, Until, IfCondition, Switch) hold activities. */
const nestedLists = ['activities', 'ifTrueActivities', 'ifFalseActivities', 'defaultActivities'];

function withNested(activity: unknown, refuse: (message: string) => never): readonly JsonObject[] {
  if (!isJsonObject(activity)) return refuse('Each activity must be an object.');
  const type = isJsonObject(activity['typeProperties']) ? activity['typeProperties'] : {};
  const cases = Array.isArray(type['cases']) ? (type['cases'] as unknown[]).filter(isJsonObject) : [];
  const lists = [...nestedLists.map((name) => type[name]), ...cases.map((one) => one['activities'])];
  const inner = lists.filter(Array.isArray).flatMap((list: unknown[]) => list);
  return [activity, ...inner.flatMap((one) => withNested(one, refuse))];
}

function checkActivity(activity: JsonObject, names: readonly string[], refuse: (message: string) => never): void {
  const { name, type, dependsOn, typeProperties } = activity;
  if (typeof name !== 'string' || name === '') return refuse("Each activity needs a 'name'.");
  if (typeof type !== 'string') return refuse(`The activity '${name}' needs a 'type'.`);
  for (const dependency of Array.isArray(dependsOn) ? (dependsOn as unknown[]).filter(isJsonObject) : []) {
    const wanted = String(dependency['activity']);
    if (!names.includes(wanted.toLowerCase())) {
      refuse(`The activity '${name}' depends on '${wanted}', which is not in the pipeline.`);
    }
  }
  requireFields(type, typeProperties, `The activity '${name}'`, refuse);
}

/** Fields of `typeProperties` without which the service refuses an activity or trigger of the type. */
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  Copy: ['source', 'sink'],
  DatabricksNotebook: ['notebookPath'],
  DatabricksSparkPython: ['pythonFile'],
  DatabricksSparkJar: ['mainClassName'],
  DatabricksJob: ['jobId'],
  ExecutePipeline: ['pipeline'],
  ForEach: ['items', 'activities'],
  IfCondition: ['expression'],
  Until: ['expression', 'activities'],
  Lookup: ['source', 'dataset'],
  GetMetadata: ['dataset'],
  Delete: ['dataset'],
  SetVariable: ['variableName'],
  Wait: ['waitTimeInSeconds'],
  WebActivity: ['method', 'url'],
  BlobEventsTrigger: ['events', 'scope'],
  ScheduleTrigger: ['recurrence'],
  TumblingWindowTrigger: ['frequency', 'interval', 'startTime'],
};

function requireFields(type: string, fields: unknown, what: string, refuse: (message: string) => never): void {
  const missing = (requiredFields[type] ?? []).find((name) => !isJsonObject(fields) || fields[name] === undefined);
  if (missing !== undefined) refuse(`${what} of type ${type} needs 'typeProperties.${missing}'.`);
}
