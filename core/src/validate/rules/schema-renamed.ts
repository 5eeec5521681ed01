import type { Diagnostic } from '../../base/diagnostic.ts';
import { taskPath } from '../../project/bundle-job.ts';
import { at, entriesAt, textAt } from '../../project/config-node.ts';
import type { ResolvedBundle } from '../../project/resolve-bundle.ts';
import { finding, type Rule, type RuleContext } from '../rule.ts';
import { placesOf } from '../scan-tasks.ts';

/**
 * Development mode deploys a declared schema `silver` as `dev_<user>_silver`. SQL that says plainly `silver.orders` then reads
 * another schema, or none: the most surprising way in which the same bytes mean something else.
 */
export const schemaRenamed: Rule = (context) => context.bundles.flatMap((bundle) => renamedIn(bundle, context));

function renamedIn(bundle: ResolvedBundle, { taskSql }: RuleContext): readonly Diagnostic[] {
  const files = bundle.jobs
    .flatMap(placesOf)
    .map(({ job, task }) => taskPath(at(task.body, 'file', 'path'), job.files)?.file);
  const uses = [...new Set(files)]
    .flatMap((file) => (file === undefined ? [] : (taskSql.get(file) ?? [])))
    .flatMap(({ reads, writes }) => [...reads, ...(writes ? [writes] : [])]);
  return entriesAt(bundle.config, 'resources', 'schemas').flatMap(([key, { value }]) => {
    const deployed = textAt(value, 'name');
    const plain = textAt(bundle.plainResources, 'schemas', key, 'name');
    if (deployed === undefined || plain === undefined || deployed === plain) return [];
    const use = uses.find(({ schema }) => schema?.toLowerCase() === plain.toLowerCase());
    if (!use) return [];
    const message = `Target ${bundle.target} deploys the schema ${plain} as ${deployed}, but this SQL says ${plain}.`;
    const next = 'Set experimental.skip_name_prefix_for_schema: true in databricks.yml.';
    return [finding('error', 'names.schema-renamed', message, use.range, next)];
  });
}
