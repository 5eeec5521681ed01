import { at } from '../../project/config-node.ts';
import { finding, type Rule } from '../rule.ts';

/** An environment of `medallion.yaml` names a target that the bundle has. */
export const settingsTargets: Rule = ({ project, bundles }) => {
  const targets = bundles.flatMap(({ bundle }) => bundle.targets);
  if (bundles.length === 0) return [];
  return Object.entries(project.settings?.environments ?? {}).flatMap(([name, { target }]) => {
    const place = at(project.settingsNode, 'environments', name, 'target');
    if (target === undefined || !place || targets.includes(target)) return [];
    const next =
      targets.length > 0 ? `Use one of: ${targets.join(', ')}.` : 'Declare it under targets in databricks.yml.';
    const message = `Environment ${name} names the target ${target}, which the bundle has not.`;
    return [finding('error', 'settings.unknown-target', message, place.range, next)];
  });
};
