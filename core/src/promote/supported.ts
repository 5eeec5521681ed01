import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { entriesAt } from '../project/config-node.ts';
import type { PromotionContext } from './targets/target.ts';

/** The resources of a bundle that are promoted; every other one is refused by its name. */
const bundleResources = new Set(['jobs', 'schemas', 'volumes']);

/** Objects of a factory that are promoted; those that infrastructure makes are left to it; the rest is refused. */
const factoryObjects = new Set(['linkedService', 'dataset', 'pipeline', 'trigger', 'factory']);
const infrastructure = new Set(['integrationRuntime', 'credential']);

/**
 * Resolves to what the user should know.
 * @throws ExpectedError `promote.not-supported` with everything that cannot be promoted: half a project is worse than none.
 */
export function supported(context: PromotionContext): readonly string[] {
  const refused: Diagnostic[] = [];
  const warnings: string[] = [];
  for (const [group, entry] of entriesAt(context.bundle.config, 'resources')) {
    if (bundleResources.has(group)) continue;
    for (const [key, { keyRange }] of entriesAt(entry.value))
      refused.push(refuse(`resources.${group}.${key}`, keyRange));
  }
  for (const object of context.dataFactory?.factory.objects ?? []) {
    if (factoryObjects.has(object.kind)) continue;
    const name = `${object.kind} ${object.name}`;
    if (infrastructure.has(object.kind)) warnings.push(`The ${name} is left to whoever made the factory.`);
    else refused.push(refuse(`the ${name}`, object.range));
  }
  if (refused.length === 0) return warnings;
  throw new ExpectedError({
    code: 'promote.not-supported',
    message: `This project holds what is not promoted yet: ${refused.map(({ message }) => message).join(' ')}`,
    nextStep: 'Keep these in a bundle or factory of their own, and deploy that with its own tools.',
    diagnostics: refused,
    range: refused[0]?.range,
  });
}

function refuse(what: string, range: Diagnostic['range']): Diagnostic {
  const message = `${what} is not promoted.`;
  return { severity: 'error', code: 'promote.not-supported', message, ...(range ? { range } : {}) };
}
