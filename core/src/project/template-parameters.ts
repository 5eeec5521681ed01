import type { Diagnostic } from '../base/diagnostic.ts';
import { type ConfigNode, mapValues, scalar, type ScalarValue } from './config-node.ts';
import type { Factory, FactoryObject } from './factory.ts';

/**
 * The factories with values in place of their own, as a release sets them: by the parameters' names that publishing gives
 * (`<object>_properties_<path>`, joined by `_`; the list of activities has no name of its own in them).
 * https://learn.microsoft.com/azure/data-factory/continuous-integration-delivery-resource-manager-custom-parameters
 * @returns also a finding for each name that sets nothing.
 */
export function withTemplateParameters(
  factories: readonly Factory[],
  values: Readonly<Record<string, ScalarValue>>,
): { readonly factories: readonly Factory[]; readonly diagnostics: readonly Diagnostic[] } {
  if (Object.keys(values).length === 0) return { factories, diagnostics: [] };
  const known = new Set<string>();
  const changed = factories.map((factory) => ({
    ...factory,
    objects: factory.objects.map((object) => withValues(object, values, known)),
  }));
  const diagnostics = Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => ({
      severity: 'error' as const,
      code: 'project.unknown-template-parameter',
      message: `The factory has no value that a template parameter ${name} sets.`,
      nextStep: `Name one as publishing does, such as ${likely(name, known).slice(0, 4).join(', ')}.`,
    }));
  return { factories: changed, diagnostics };
}

/** Those of the same object first. */
function likely(unknown: string, known: ReadonlySet<string>): readonly string[] {
  const object = unknown.split('_properties_')[0] ?? '';
  const own = [...known].filter((name) => name.startsWith(`${object}_`));
  return own.length > 0 ? own : [...known];
}

function withValues(
  object: FactoryObject,
  values: Readonly<Record<string, ScalarValue>>,
  known: Set<string>,
): FactoryObject {
  const visit = (node: ConfigNode, path: readonly string[]): ConfigNode => {
    switch (node.kind) {
      case 'map':
        return mapValues(node, (value, key) => visit(value, [...path, key]));
      case 'list':
        return { ...node, items: node.items.map((item, index) => visit(item, [...path, String(index)])) };
      case 'scalar': {
        const name = [object.name, ...path.filter((step) => step !== 'activities')].join('_');
        known.add(name);
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        return value === undefined ? node : scalar(value, node.range);
      }
    }
  };
  const node = mapValues(object.node, (value, key) => (key === 'properties' ? visit(value, [key]) : value));
  return { ...object, node };
}
