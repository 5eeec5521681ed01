import { ExpectedError } from '../../../base/expected-error.ts';
import type { SecurableChange } from '../../../lake/unity-catalog.ts';
import type { SchemaAlteration } from '../../../sql/catalog-command.ts';

/** What ALTER SCHEMA changes of what is kept. @throws ExpectedError `sql.not-emulated` for a place that a schema cannot move to. */
export function alteredProperties(
  name: string,
  before: Readonly<Record<string, string>>,
  change: SchemaAlteration,
): SecurableChange {
  switch (change.kind) {
    case 'setProperties':
      return { properties: { ...before, ...Object.fromEntries(change.properties) } };
    case 'unsetProperties':
      return { properties: Object.fromEntries(Object.entries(before).filter(([key]) => !change.names.includes(key))) };
    case 'setOwner':
      return { owner: change.owner };
    case 'setLocation':
      throw new ExpectedError({
        code: 'sql.not-emulated',
        message: `The schema ${name} has its place since it was made; Unity Catalog does not move it.`,
        nextStep: 'Write CREATE SCHEMA ... MANAGED LOCATION.',
      });
  }
}
