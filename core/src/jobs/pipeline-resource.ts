import { readdirSync, readFileSync } from 'node:fs';
import { posix, join } from 'node:path';
import picomatch from 'picomatch';
import { taskPath, type BundleJob } from '../project/bundle-job.ts';
import { at, itemsAt, textAt, type ConfigMap, type ConfigNode } from '../project/config-node.ts';
import { notebookCells } from '../project/notebook-cells.ts';
import { isSqlOnly } from '../project/notebook-script.ts';
import { bundleFile, outsideReason } from './task-file.ts';
import type { TaskRefusal } from './task-kind.ts';
import { needsSpark } from '../python/pipeline-datasets.ts';
import { pipelineSource } from './tasks/pipeline-source.ts';
import { refuse } from './tasks/refuse.ts';

/** A Lakeflow pipeline of the bundle. */
interface PipelineResource {
  readonly key: string;
  readonly node: ConfigMap;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  /** The files of its libraries, relative to the project's root, in their order; those of a glob by name. */
  readonly files: readonly string[];
}

/** The pipeline that `${resources.pipelines.<key>.id}` names. */
export function pipelineNamed(
  { resources }: Pick<BundleJob, 'resources'>,
  written: string | undefined,
): [string, ConfigMap] | undefined {
  const key = /^\$\{resources\.pipelines\.([^.}]+)\.id\}$/.exec(written ?? '')?.[1];
  const node = key === undefined ? undefined : at(resources, 'pipelines', key);
  return key !== undefined && node?.kind === 'map' ? [key, node] : undefined;
}

/** Where a pipeline stands: in a project, in the bundle of a job. */
export interface PipelinePlace {
  readonly root: string;
  readonly job: Pick<BundleJob, 'resources' | 'files'>;
}

/** A pipeline that runs here: on the engine where its sources are SQL alone, else in Python. */
export interface Pipeline extends PipelineResource {
  readonly catalog: string;
  readonly schema: string;
  readonly isSql: boolean;
  /** Flows and what else only Spark does, though its sources are SQL alone. */
  readonly needsSpark: boolean;
}

/** Whether a pipeline runs here, and with what. */
export function judgePipeline(place: PipelinePlace, key: string, node: ConfigMap): Pipeline | TaskRefusal {
  const pipeline = pipelineResource(place, key, node);
  if ('runs' in pipeline) return pipeline;
  const { files, catalog, schema } = pipeline;
  const foreign = files.find((file) => !/\.(sql|py|ipynb)$/i.test(file));
  if (foreign !== undefined) return refuse(`the pipeline ${key} has ${foreign}: its sources are SQL and Python here`);
  if (files.length === 0) return refuse(`the pipeline ${key} has no libraries`);
  const texts = files.map((file) => [file, readFileSync(join(place.root, file), 'utf8')] as const);
  const isSql = texts.every(([file, text]) => isSqlSource(file, text));
  const onSpark = isSql && texts.some(([file, text]) => needsSpark(pipelineSource(file, text).text));
  if (catalog !== undefined && schema !== undefined)
    return { ...pipeline, catalog, schema, isSql, needsSpark: onSpark };
  return refuse(`the pipeline ${key} names no catalog or no schema: only Unity Catalog is emulated`);
}

/** A file of SQL, or a notebook of SQL alone. */
export function isSqlSource(file: string, text: string): boolean {
  if (/\.sql$/i.test(file)) return true;
  const cells = notebookCells(file, text);
  return cells !== undefined && isSqlOnly(cells);
}

function pipelineResource(place: PipelinePlace, key: string, node: ConfigMap): PipelineResource | TaskRefusal {
  const { resources } = place.job;
  const files: string[] = [];
  for (const library of itemsAt(node, 'libraries')) {
    const found = libraryFiles(place, library);
    if ('runs' in found) return found;
    files.push(...found);
  }
  return {
    key,
    node,
    files,
    catalog: nameOf(resources, textAt(node, 'catalog')),
    schema: nameOf(resources, textAt(node, 'schema') ?? textAt(node, 'target')),
  };
}

/** `${resources.schemas.x.name}` is known before anything is deployed. */
function nameOf(resources: ConfigMap | undefined, written: string | undefined): string | undefined {
  const path = /^\$\{resources\.([^}]+)\}$/.exec(written ?? '')?.[1]?.split('.');
  return path ? textAt(resources, ...path) : written;
}

function libraryFiles({ root, job }: PipelinePlace, library: ConfigNode): readonly string[] | TaskRefusal {
  const node = at(library, 'file', 'path') ?? at(library, 'notebook', 'path') ?? at(library, 'glob', 'include');
  const path = taskPath(node, job.files);
  const refused = (code: string, reason: string): TaskRefusal => ({
    runs: 'refused',
    code,
    reason,
    range: node?.range ?? library.range,
  });
  if (!path) return refused('jobs.task-not-emulated', 'a library of the pipeline is no file, notebook or glob');
  if (path.written.includes('${') && path.file === undefined)
    return refused('jobs.unresolved-path', `the path ${path.written} has no value here`);
  const own = path.file === undefined ? undefined : bundleFile({ root, job }, path.file);
  if (own === undefined) return refused('jobs.file-elsewhere', outsideReason(path.written));
  const files = matching(root, own);
  return files.length > 0 ? files : refused('jobs.missing-file', `the file ${own} does not exist`);
}

/** A path, or what a glob finds: the sources of a pipeline, by name. */
function matching(root: string, pattern: string): readonly string[] {
  const fixed = picomatch.scan(pattern);
  const folder = fixed.isGlob ? fixed.base : posix.dirname(pattern);
  const matches = picomatch(pattern);
  const names = list(join(root, folder), fixed.isGlob);
  return names
    .map((name) => posix.normalize(posix.join(folder, name.replaceAll('\\', '/'))))
    .filter((file) => (fixed.isGlob ? matches(file) && /\.(sql|py|ipynb)$/i.test(file) : isNamed(file, pattern)))
    .sort();
}

/** The ending of a notebook may be left out. */
function isNamed(file: string, path: string): boolean {
  return file === path || (posix.extname(path) === '' && file.replace(/\.(sql|py|ipynb)$/i, '') === path);
}

function list(folder: string, recursive: boolean): readonly string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
