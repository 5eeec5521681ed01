import type { StoragePlace } from '../../azure/storage.ts';
import { mapConcurrently } from '../../base/concurrency.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import type { ActivityContext, ActivityKind } from '../activity.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { isObject, type Value } from '../expressions/value.ts';
import { textOf, valueAt } from '../factory-objects.ts';
import { locateDataset, whyDatasetIsRefused, type DatasetLocation } from '../storage-location.ts';
import { copyFile, type CopySource, sourceFiles, type SourceFile } from './copy-files.ts';

const readSettings: readonly string[] = ['AzureBlobFSReadSettings', 'AzureBlobStorageReadSettings'];
const writeSettings: readonly string[] = ['AzureBlobFSWriteSettings', 'AzureBlobStorageWriteSettings'];
const copyBehaviors: readonly string[] = ['PreserveHierarchy', 'FlattenHierarchy'];

/** What each part of a Copy may hold: a property that is not listed changes what is copied, and is refused by its name. */
const known = {
  typeProperties: [
    'source',
    'sink',
    'enableStaging',
    'parallelCopies',
    'dataIntegrationUnits',
    'validateDataConsistency',
  ],
  source: ['type', 'storeSettings', 'formatSettings'],
  sink: ['type', 'storeSettings'],
  read: [
    'type',
    'recursive',
    'wildcardFolderPath',
    'wildcardFileName',
    'deleteFilesAfterCompletion',
    'enablePartitionDiscovery',
    'maxConcurrentConnections',
  ],
  write: ['type', 'copyBehavior', 'maxConcurrentConnections', 'blockSizeInMB'],
} as const;

/**
 * Copy, byte for byte, between files of the lake (Binary datasets).
 * https://learn.microsoft.com/azure/data-factory/format-binary
 */
export const copy: ActivityKind = {
  type: 'Copy',
  whyNot(definition, factory) {
    const properties = definition['typeProperties'];
    const source = valueAt(properties, 'source');
    const sink = valueAt(properties, 'sink');
    const read = valueAt(source, 'storeSettings');
    const write = valueAt(sink, 'storeSettings');
    return (
      wrongType('source', source, ['BinarySource']) ??
      wrongType('sink', sink, ['BinarySink']) ??
      wrongType('source store', read, readSettings) ??
      wrongType('sink store', write, writeSettings) ??
      unknownProperty(properties, known.typeProperties) ??
      unknownProperty(source, known.source) ??
      unknownProperty(valueAt(source, 'formatSettings'), ['type']) ??
      unknownProperty(sink, known.sink) ??
      unknownProperty(read, known.read) ??
      unknownProperty(write, known.write) ??
      switchedOn(properties, 'enableStaging') ??
      switchedOn(read, 'deleteFilesAfterCompletion') ??
      switchedOn(read, 'enablePartitionDiscovery') ??
      wrongBehavior(valueAt(write, 'copyBehavior')) ??
      whyDatasetIsRefused(factory, listOf(definition['inputs'])[0], 'Binary') ??
      whyDatasetIsRefused(factory, listOf(definition['outputs'])[0], 'Binary')
    );
  },
  async run(definition, context) {
    const { factory, scope } = context;
    const [input] = listOf(definition['inputs']);
    const [output] = listOf(definition['outputs']);
    const source = locateDataset(factory, input, scope);
    const sink = locateDataset(factory, output, scope);
    const read = evaluate(valueAt(definition, 'typeProperties', 'source', 'storeSettings') ?? {}, scope);
    const write = evaluate(valueAt(definition, 'typeProperties', 'sink', 'storeSettings') ?? {}, scope);
    return copyFiles(context, source, sink, read, write);
  },
};

async function copyFiles(
  { activity, storage, signal, report }: ActivityContext,
  source: DatasetLocation,
  sink: DatasetLocation,
  read: Value,
  write: Value,
): Promise<Readonly<Record<string, Value>>> {
  const folder = trimmed(textOf(valueAt(read, 'wildcardFolderPath'))) ?? source.folder.path;
  if (/[*?]/.test(folder)) throw refused('A wildcard in wildcardFolderPath');
  const namePattern = textOf(valueAt(read, 'wildcardFileName'));
  const from: CopySource = {
    folder: { ...source.folder, path: folder },
    recursive: valueAt(read, 'recursive') !== false,
    ...(namePattern === undefined ? { fileName: source.fileName } : { namePattern }),
  };
  const files = await sourceFiles(storage, from, signal);
  if (files.length === 0 && from.fileName !== undefined) throw missing(source);
  const flatten = valueAt(write, 'copyBehavior') === 'FlattenHierarchy';
  let dataRead = 0;
  let done = 0;
  await mapConcurrently(targetsOf(files, sink, flatten), 8, async ({ file, target }) => {
    const bytes = await copyFile(storage, file, target, signal);
    dataRead += bytes;
    done += 1;
    report({ kind: 'advanced', step: activity, done, total: files.length, unit: 'files' });
  });
  return { dataRead, dataWritten: dataRead, filesRead: files.length, filesWritten: files.length };
}

/** Where each file goes. Two that would meet in one place are refused: the last one would win. */
function targetsOf(
  files: readonly SourceFile[],
  sink: DatasetLocation,
  flatten: boolean,
): readonly { readonly file: StoragePlace & { readonly size: number }; readonly target: StoragePlace }[] {
  const taken = new Map<string, string>();
  return files.map(({ file, below }) => {
    const name = sink.fileName ?? (flatten ? below.slice(below.lastIndexOf('/') + 1) : below);
    const path = [sink.folder.path, name].filter((part) => part !== '').join('/');
    const other = taken.get(path);
    if (other !== undefined) throw collision(other, file.path, `${sink.folder.container}/${path}`);
    taken.set(path, file.path);
    return { file, target: { container: sink.folder.container, path } };
  });
}

function trimmed(path: string | undefined): string | undefined {
  return path?.replace(/^\/+|\/+$/g, '');
}

function collision(one: string, other: string, target: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.several-files-to-one',
    message: `The Copy would write both ${one} and ${other} to ${target}.`,
    nextStep: 'Copy with PreserveHierarchy to a dataset that names a folder; the service makes up names here.',
  });
}

function wrongType(part: string, value: Value | undefined, types: readonly string[]): string | undefined {
  const type = textOf(valueAt(value, 'type'));
  if (type !== undefined && types.includes(type)) return undefined;
  return `a Copy whose ${part} is ${type ?? 'not given'} is not emulated yet`;
}

function unknownProperty(value: Value | undefined, names: readonly string[]): string | undefined {
  if (value === undefined || !isObject(value)) return undefined;
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  return unknown === undefined ? undefined : `a Copy with ${unknown} is not emulated yet`;
}

function switchedOn(value: Value | undefined, name: string): string | undefined {
  const setting = valueAt(value, name);
  return setting === undefined || setting === false ? undefined : `a Copy with ${name} is not emulated yet`;
}

function wrongBehavior(value: Value | undefined): string | undefined {
  if (value === undefined || (typeof value === 'string' && copyBehaviors.includes(value))) return undefined;
  return `a Copy with copyBehavior ${JSON.stringify(value)} is not emulated yet`;
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function refused(what: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.not-emulated',
    message: `${what} is not emulated locally in a Copy.`,
    nextStep: 'Run this pipeline in the cloud; here a Copy takes Binary files from a folder.',
  });
}

function missing({ folder, fileName }: DatasetLocation): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.source-missing',
    message: `The Copy's source ${folder.container}/${folder.path}/${fileName ?? ''} does not exist.`,
    nextStep: 'Check the dataset and the parameters of the run.',
  });
}
