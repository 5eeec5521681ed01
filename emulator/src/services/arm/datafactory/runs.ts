import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { isJsonObject, type JsonObject, stringifyJson } from '../../control/lossless-json.ts';
import type { RoutedRequest } from '../../control/routes.ts';
import { ArmError } from '../errors.ts';
import type { ArmRoute } from '../route.ts';
import type { ArmState } from '../state.ts';
import { resourceId } from './identity.ts';
import { factoryApiVersions } from './kinds.ts';
import type { FactoryObject, PipelineRun } from './records.ts';
import { bodyOf, factoryOf, factoryPath, objectOf } from './request.ts';
import { isActive, type PipelineRuns } from './run-execution.ts';

/** Runs of pipelines: creating, watching and cancelling them. */
export function runRoutes(runs: PipelineRuns): readonly ArmRoute[] {
  const pipelines = { resourceType: 'factories/pipelines', apiVersions: factoryApiVersions };
  const common = { resourceType: 'factories/pipelineruns', apiVersions: factoryApiVersions };
  const one = `${factoryPath}/pipelineruns/{run}`;
  const name = 'datafactory/pipelineruns';
  return [
    {
      method: 'POST',
      path: `${factoryPath}/pipelines/{name}/createRun`,
      operation: 'datafactory/pipelines/createRun',
      ...pipelines,
      answer: (state, request) => createRun(state, request, runs),
    },
    { method: 'GET', path: one, operation: `${name}/get`, ...common, answer: get },
    {
      method: 'POST',
      path: `${one}/cancel`,
      operation: `${name}/cancel`,
      ...common,
      answer: (state, request) => cancel(state, request, runs),
    },
    {
      method: 'POST',
      path: `${one}/queryActivityruns`,
      operation: `${name}/queryActivityruns`,
      ...common,
      answer: activities,
    },
    { method: 'POST', path: `${factoryPath}/queryPipelineRuns`, operation: `${name}/query`, ...common, answer: query },
  ];
}

function createRun(state: ArmState, request: RoutedRequest, runs: PipelineRuns): ApiAnswer {
  const pipeline = objectOf(state, request, 'pipelines');
  const parameters = parametersOf(state, pipeline, bodyOf(request));
  return ok({ runId: runs.start(pipeline, parameters).runId });
}

/** What was given, and the defaults of the rest. */
function parametersOf(state: ArmState, pipeline: FactoryObject, given: JsonObject): JsonObject {
  const properties = isJsonObject(pipeline.body['properties']) ? pipeline.body['properties'] : {};
  const declared = isJsonObject(properties['parameters']) ? properties['parameters'] : {};
  const values = Object.entries(declared).map(([name, parameter]) => {
    const value = given[name] ?? (isJsonObject(parameter) ? parameter['defaultValue'] : undefined);
    if (value !== undefined) return [name, value] as const;
    const message = `The pipeline '${pipeline.name}' needs a value for the parameter '${name}', which has no default.`;
    throw new ArmError(400, 'BadRequest', message, resourceId(state, pipeline));
  });
  return { ...given, ...Object.fromEntries(values) };
}

function runOf(state: ArmState, request: RoutedRequest): PipelineRun {
  const factory = factoryOf(state, request).name;
  const runId = request.params['run'] ?? '';
  const run = state.runs.get(runId);
  if (run?.factory === factory) return run;
  throw new ArmError(
    404,
    'PipelineRunNotFound',
    `The pipeline run '${runId}' was not found in the factory '${factory}'.`,
  );
}

function get(state: ArmState, request: RoutedRequest): ApiAnswer {
  return ok(describeRun(runOf(state, request)));
}

function cancel(state: ArmState, request: RoutedRequest, runs: PipelineRuns): ApiAnswer {
  const run = runOf(state, request);
  if (!isActive(run)) {
    const message = `Cannot cancel a pipeline run which is already in ${run.status} state.`;
    throw new ArmError(400, 'BadRequest', message);
  }
  runs.cancel(run);
  return { status: 200 };
}

/** Milliseconds since 1970; both ends are required by the service. */
interface Window {
  readonly after: number;
  readonly before: number;
}

function windowOf(body: JsonObject): Window {
  const at = (field: string): number => {
    const value = body[field];
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw new ArmError(400, 'BadRequest', `The property '${field}' must be a date and time.`);
    return time;
  };
  return { after: at('lastUpdatedAfter'), before: at('lastUpdatedBefore') };
}

function activities(state: ArmState, request: RoutedRequest): ApiAnswer {
  const run = runOf(state, request);
  const { after, before } = windowOf(bodyOf(request));
  const value = run.activities.filter(isJsonObject).filter((activity) => {
    const end = activity['activityRunEnd'] ?? activity['activityRunStart'] ?? run.runEnd ?? run.runStart;
    const time = typeof end === 'string' ? Date.parse(end) : Number.NaN;
    return time >= after && time <= before;
  });
  return ok({ value: value.map((one) => ({ ...one, pipelineName: run.pipeline, pipelineRunId: run.runId })) });
}

/** Runs that changed within the window, newest first. Of the filters only equality is emulated; others are refused by name. */
function query(state: ArmState, request: RoutedRequest): ApiAnswer {
  const factory = factoryOf(state, request).name;
  const body = bodyOf(request);
  const { after, before } = windowOf(body);
  const filters = Array.isArray(body['filters'])
    ? (body['filters'] as unknown[]).filter(isJsonObject).map(filterOf)
    : [];
  const found = state.runs
    .values()
    .filter((run) => run.factory === factory && filters.every((matches) => matches(run)))
    .filter((run) => Date.parse(updatedAt(run)) >= after && Date.parse(updatedAt(run)) <= before)
    .toReversed();
  return ok({ value: found.map(describeRun) });
}

const filterFields: Readonly<Record<string, (run: PipelineRun) => string>> = {
  PipelineName: ({ pipeline }) => pipeline,
  Status: ({ status }) => status,
  RunStart: ({ runStart }) => runStart,
};

function filterOf({ operand, operator, values }: JsonObject): (run: PipelineRun) => boolean {
  const field = filterFields[String(operand)];
  if (!field || (operator !== 'Equals' && operator !== 'In') || !Array.isArray(values)) {
    throw new ArmError(501, 'NotImplemented', `The filter ${String(operand)} ${String(operator)} is not emulated.`);
  }
  const wanted: readonly unknown[] = values;
  return (run) => wanted.includes(field(run));
}

const updatedAt = ({ runStart, runEnd }: PipelineRun): string => runEnd ?? runStart;

function describeRun(run: PipelineRun): JsonObject {
  const { runId, pipeline, parameters, status, message, runStart, runEnd } = run;
  return {
    runId,
    runGroupId: runId,
    isLatest: true,
    debugRunId: null,
    pipelineName: pipeline,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, asText(value)])),
    invokedBy: { id: runId, name: 'Manual', invokedByType: 'Manual' },
    runStart,
    runEnd: runEnd ?? null,
    durationInMs: runEnd === undefined ? null : Date.parse(runEnd) - Date.parse(runStart),
    status,
    message,
    lastUpdated: updatedAt(run),
  };
}

/** Parameters are shown as text, whatever their type. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : stringifyJson(value));
