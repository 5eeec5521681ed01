import type { SourceRange } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { mapValues, scalar, textAt, type ConfigMap, type ConfigNode } from '../project/config-node.ts';
import { knownReferences, type ReferenceScope } from './reference-values.ts';

export type { ReferenceScope } from './reference-values.ts';

const pattern = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** Names that belong to the service: what it does not know of these is an error there, and anything else is plain text. */
const namespaces = /^(job|task|tasks|workspace|backfill)\./;

/** A text with a place to blame: `{{...}}` in it stands for values of the run (Databricks, "Dynamic value references"). */
export interface ReferringText {
  readonly text: string;
  readonly range: SourceRange;
}

/** The references of a text that are names of the service, and those of a for_each_task's input. */
export function referencesIn(text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([, path]) => path ?? '').filter((path) => isReference(path));
}

/** @throws ExpectedError `jobs.unknown-reference`, `jobs.reference-not-emulated`, with the place of the text. */
export function resolveText({ text, range }: ReferringText, scope: ReferenceScope): string {
  return configured(text, scope.job.resources).replaceAll(pattern, (whole, path: string) => {
    if (!isReference(path)) return whole;
    const value = valueOf(path, scope, range);
    if (value === undefined) throw notEmulated(path, range);
    return value;
  });
}

const ofResources = /\$\{resources\.([\w.-]+)\}/g;

/** `${resources.schemas.bronze.name}`, as the target has it: known before anything is deployed. An id is not, and stays as it is. */
function configured(text: string, resources: ConfigMap | undefined): string {
  let known = text;
  // A schema's catalog may itself be a reference; a circle ends where it began.
  for (let turns = 0; turns < 5 && known.includes('${resources.'); turns++)
    known = known.replaceAll(ofResources, (whole, path: string) => textAt(resources, ...path.split('.')) ?? whole);
  return known;
}

/** A copy of the map with the references of every text in it resolved, but for the values of the keys that are `kept`. */
export function resolveMap(map: ConfigMap, scope: ReferenceScope, kept: readonly string[] = []): ConfigMap {
  return mapValues(map, (value, key) => (kept.includes(key) ? value : resolveNode(value, scope)));
}

function resolveNode(node: ConfigNode, scope: ReferenceScope): ConfigNode {
  switch (node.kind) {
    case 'map':
      return resolveMap(node, scope);
    case 'list':
      return { ...node, items: node.items.map((item) => resolveNode(item, scope)) };
    case 'scalar': {
      if (typeof node.value !== 'string' || !/\{\{|\$\{resources\./.test(node.value)) return node;
      return scalar(resolveText({ text: node.value, range: node.range }, scope), node.range);
    }
  }
}

/** Every text in a value, with its place. */
export function textsIn(node: ConfigNode | undefined, kept: readonly string[] = []): readonly ReferringText[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'map':
      return [...node.entries].flatMap(([key, { value }]) => (kept.includes(key) ? [] : textsIn(value)));
    case 'list':
      return node.items.flatMap((item) => textsIn(item));
    case 'scalar':
      return typeof node.value === 'string' ? [{ text: node.value, range: node.range }] : [];
  }
}

/** Refuses before anything runs what no run could resolve. @throws ExpectedError `jobs.unknown-reference` */
export function checkReferences(texts: readonly ReferringText[]): void {
  for (const { text, range } of texts) {
    for (const path of referencesIn(text)) {
      if (!knownReferences.some(({ path: known }) => known.test(path))) throw unknown(path, range);
    }
  }
}

function isReference(path: string): boolean {
  return namespaces.test(path) || knownReferences.some(({ path: known }) => known.test(path));
}

function valueOf(path: string, scope: ReferenceScope, range: SourceRange): string | undefined {
  for (const { path: known, value } of knownReferences) {
    const match = known.exec(path);
    if (match) return value(scope, match.slice(1).map(bare));
  }
  throw unknown(path, range);
}

/** A name with other characters than letters, digits and underscores stands in backticks or brackets. */
function bare(name: string | undefined): string {
  return (name ?? '').replaceAll(/^[`[]|[`\]]$/g, '');
}

function unknown(path: string, range: SourceRange): ExpectedError {
  return new ExpectedError({
    code: 'jobs.unknown-reference',
    message: `There is no reference {{${path}}}.`,
    nextStep:
      'Correct it: Databricks lists the names under "dynamic value references", such as {{job.parameters.<name>}}.',
    range,
  });
}

function notEmulated(path: string, range: SourceRange): ExpectedError {
  return new ExpectedError({
    code: 'jobs.reference-not-emulated',
    message: `The reference {{${path}}} has no value here.`,
    nextStep:
      'A task value needs a task above that sets it; what only a workspace knows, give as a job parameter with --params.',
    range,
  });
}
