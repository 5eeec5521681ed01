import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { makeSampleTable } from '@medallion/core/lake/sample-catalog.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { undeclaredNames, type UndeclaredNames } from '@medallion/local/undeclared-names.ts';
import type { CommandContext } from './command.ts';

/**
 * The maker of the names that the bundle does not declare, on local Azure; those of --make are made at once, and all are said.
 * @throws ExpectedError `usage.make`
 */
export async function namesFor(
  context: Pick<CommandContext, 'texts' | 'say'>,
  environment: AzureEnvironment,
  { project, bundle }: LoadedProject,
): Promise<UndeclaredNames> {
  const asked = context.texts('make').map(partsOf);
  let why = 'as asked for';
  const made = (what: string): void => context.say(`Made ${what}: ${why}.`);
  const names = undeclaredNames({ environment, settings: project.settings, bundle, made });
  for (const { catalog, schema } of asked) {
    await (schema === undefined ? names.catalog(catalog) : names.schema(catalog, schema));
  }
  why = 'the job uses it and the bundle does not declare it';
  return names;
}

function partsOf(given: string): { readonly catalog: string; readonly schema: string | undefined } {
  const [catalog = '', schema, ...more] = given.split('.').map((part) => part.replaceAll('`', '').trim());
  if (catalog !== '' && schema !== '' && more.length === 0) return { catalog, schema };
  throw new ExpectedError({
    code: 'usage.make',
    message: `--make takes a catalog, or catalog.schema, not '${given}'.`,
    nextStep: 'Give names such as shop or shop.bronze.',
    kind: 'environment',
  });
}

/** A missing catalog or schema as the catalog says it, and as Spark does to a program. */
const missing =
  /There is no (?:catalog|schema) [^\n]+?\.$|Couldn't find a catalog|\b(?:SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND)\b/m;

/** Databricks' own catalog, in a table or schema that Spark did not find: tables of one's own may stand for it. */
const named = /\bsamples`?\.`?(\w+)`?\.`?(\w+)/;
const samples = /NOT_FOUND\b[^\n]*`samples`\.|\bidentifier samples\./;

/** What to do where a name was missing that no SQL tells before it runs. */
export function namesHint({ job, tasks }: RunRecord): readonly string[] {
  const errors = tasks.flatMap(({ error, iterations = [] }) => [error, ...iterations.map((one) => one.error)]);
  const messages = errors.flatMap((error) => error?.message ?? []);
  if (messages.some((message) => samples.test(message))) {
    const table = messages.map((message) => named.exec(message)).find((found) => found !== null);
    return [`  -> ${makeSampleTable(table?.[1] ?? '<schema>', table?.[2] ?? '<table>')}`];
  }
  if (!messages.some((message) => missing.test(message))) return [];
  return [`  -> Where the cloud has this name already, make it here: medallion run ${job} --make <catalog>.<schema>`];
}
