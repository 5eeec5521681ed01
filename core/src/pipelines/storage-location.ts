import type { StoragePlace } from '../azure/storage.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { Factory } from '../project/factory.ts';
import { evaluate } from './expressions/evaluate.ts';
import { expressionProblem } from './expressions/problem.ts';
import { isObject, type Scope, type Value } from './expressions/value.ts';
import { bindParameters, findProperties, propertiesOf, textOf, valueAt, type Properties } from './factory-objects.ts';

/** Where a dataset of an activity points to in the lake. */
export interface DatasetLocation {
  readonly dataset: string;
  readonly folder: StoragePlace;
  /** Undefined where the dataset names a folder. */
  readonly fileName: string | undefined;
}

/** How a dataset's location names its container, by the location's type. */
const containerKeys: Readonly<Record<string, string>> = {
  AzureBlobFSLocation: 'fileSystem',
  AzureBlobStorageLocation: 'container',
};

const linkedServiceTypes: readonly string[] = ['AzureBlobFS', 'AzureBlobStorage'];

/**
 * Resolves `{referenceName, parameters}` of an activity to a place. The account that the linked service names is the environment's:
 * locally that is the emulated one.
 * @throws ExpectedError `pipelines.missing-object`, `pipelines.parameter`, `pipelines.not-emulated`, `pipelines.expression`
 */
export function locateDataset(factory: Factory, reference: Value | undefined, scope: Scope): DatasetLocation {
  const name = textOf(valueAt(reference, 'referenceName')) ?? '';
  const dataset = propertiesOf(factory, 'dataset', name);
  const given = evaluatedParameters(reference, scope);
  const parameters = bindParameters(`The dataset '${name}'`, dataset['parameters'], given);
  const inner: Scope = { dataset: () => parameters };
  requireLakeService(factory, dataset['linkedServiceName'], inner);
  const location = evaluate(valueAt(dataset, 'typeProperties', 'location') ?? {}, inner);
  const type = textOf(valueAt(location, 'type')) ?? '';
  const key = containerKeys[type];
  const container = key === undefined ? undefined : textOf(valueAt(location, key));
  if (container === undefined) throw notEmulated(`The dataset '${name}' has a location of type '${type}'`);
  const folder = (textOf(valueAt(location, 'folderPath')) ?? '').replace(/^\/+|\/+$/g, '');
  const fileName = textOf(valueAt(location, 'fileName'));
  return {
    dataset: name,
    folder: { container, path: folder },
    fileName: fileName === '' ? undefined : fileName,
  };
}

/**
 * Why a dataset of an activity cannot be read or written here, whatever its parameters are; undefined where it can.
 * @param type that the dataset must have
 */
export function whyDatasetIsRefused(factory: Factory, reference: Value | undefined, type: string): string | undefined {
  const name = textOf(valueAt(reference, 'referenceName'));
  if (name === undefined) return 'it names no dataset';
  const dataset = findProperties(factory, 'dataset', name);
  if (!dataset) return `the dataset ${name} is not in this factory`;
  const found = textOf(dataset['type']) ?? 'no type';
  if (found !== type) return `the dataset ${name} of type ${found} is not emulated in it yet`;
  if (valueAt(dataset['typeProperties'], 'compression') !== undefined) return `the dataset ${name} is compressed`;
  const location = textOf(valueAt(dataset, 'typeProperties', 'location', 'type')) ?? 'no type';
  if (!Object.hasOwn(containerKeys, location)) return `the dataset ${name} has a location of ${location}`;
  const problem = expressionProblem(dataset['typeProperties'], ['dataset']);
  return problem === undefined
    ? whyServiceIsRefused(factory, dataset['linkedServiceName'])
    : `${problem} (dataset ${name})`;
}

function whyServiceIsRefused(factory: Factory, reference: Value | undefined): string | undefined {
  const name = textOf(valueAt(reference, 'referenceName')) ?? '';
  const service = findProperties(factory, 'linkedService', name);
  if (!service) return `the linked service ${name} is not in this factory`;
  const type = textOf(service['type']) ?? 'no type';
  return linkedServiceTypes.includes(type) ? undefined : `the linked service ${name} of type ${type} is not emulated`;
}

/** A linked service's own expressions are evaluated too, so that a wrong one shows here and not in the cloud. */
function requireLakeService(factory: Factory, reference: Value | undefined, scope: Scope): void {
  const name = textOf(valueAt(reference, 'referenceName')) ?? '';
  const service = propertiesOf(factory, 'linkedService', name);
  const type = textOf(service['type']) ?? '';
  if (!linkedServiceTypes.includes(type)) throw notEmulated(`The linked service '${name}' is of type '${type}'`);
  const given = evaluatedParameters(reference, scope);
  const parameters = bindParameters(`The linked service '${name}'`, service['parameters'], given);
  evaluate(service['typeProperties'] ?? {}, { linkedService: () => parameters });
}

function evaluatedParameters(reference: Value | undefined, scope: Scope): Properties {
  const given = valueAt(reference, 'parameters');
  const evaluated = evaluate(given ?? {}, scope);
  return isObject(evaluated) ? evaluated : {};
}

function notEmulated(what: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.not-emulated',
    message: `${what}, which is not emulated locally.`,
    nextStep: 'Run this pipeline in the cloud; here AzureBlobFS and AzureBlobStorage are served.',
  });
}
