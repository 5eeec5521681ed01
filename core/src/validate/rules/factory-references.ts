import type { Diagnostic } from '../../base/diagnostic.ts';
import { at, itemsAt, textAt, type ConfigNode } from '../../project/config-node.ts';
import { objectsOf, type Factory, type FactoryObjectKind } from '../../project/factory.ts';
import { finding, type Rule } from '../rule.ts';
import { activitiesOf } from '../scan-activities.ts';

/** What a `{referenceName, type}` refers to; types in real factories differ in case. */
const referenced: Readonly<Record<string, FactoryObjectKind>> = {
  linkedservicereference: 'linkedService',
  datasetreference: 'dataset',
  pipelinereference: 'pipeline',
  dataflowreference: 'dataflow',
  integrationruntimereference: 'integrationRuntime',
  credentialreference: 'credential',
};

/** Objects that the service itself provides. */
const provided = /^(AutoResolveIntegrationRuntime|.*-WorkspaceDefault(Storage|SqlServer))$/i;

/** Every object that a factory's object names is there; every activity depends on one beside it. */
export const factoryReferences: Rule = ({ project }) =>
  project.factories.flatMap((factory) => [...danglingReferences(factory), ...danglingActivities(factory)]);

function danglingReferences(factory: Factory): readonly Diagnostic[] {
  const names = new Set(factory.objects.map(({ kind, name }) => `${kind}/${name.toLowerCase()}`));
  return factory.objects.flatMap((object) =>
    referencesIn(object.node).flatMap(({ kind, name, node }) => {
      if (provided.test(name) || names.has(`${kind}/${name.toLowerCase()}`)) return [];
      const message = `${object.name} refers to the ${kind} ${name}, which the factory has not.`;
      return [
        finding(
          'error',
          'factory.dangling-reference',
          message,
          node.range,
          `Add ${kind}/${name}.json, or correct the name.`,
        ),
      ];
    }),
  );
}

function referencesIn(node: ConfigNode): readonly { kind: FactoryObjectKind; name: string; node: ConfigNode }[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.flatMap(referencesIn);
  const inner = [...node.entries.values()].flatMap(({ value }) => referencesIn(value));
  const type = textAt(node, 'type')?.toLowerCase() ?? '';
  const kind = Object.hasOwn(referenced, type) ? referenced[type] : undefined;
  const name = textAt(node, 'referenceName');
  // A name that is computed is known at run time only.
  if (!kind || name === undefined || name.startsWith('@')) return inner;
  return [{ kind, name, node: at(node, 'referenceName') ?? node }, ...inner];
}

function danglingActivities(factory: Factory): readonly Diagnostic[] {
  return objectsOf(factory, 'pipeline').flatMap((pipeline) => {
    const activities = activitiesOf(pipeline);
    return activities.flatMap(({ node, outer }) => {
      const beside = activities.filter((other) => other.outer === outer).map((other) => textAt(other.node, 'name'));
      return itemsAt(node, 'dependsOn').flatMap((dependency) => {
        const name = textAt(dependency, 'activity');
        if (name === undefined || beside.includes(name)) return [];
        const message = `${textAt(node, 'name') ?? 'An activity'} depends on ${name}, which does not stand beside it.`;
        const place = at(dependency, 'activity') ?? dependency;
        return [finding('error', 'factory.dangling-dependency', message, place.range, 'Correct dependsOn.')];
      });
    });
  });
}
