import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { temporaryViewKey } from '../temporary-names.ts';
import { tableExists } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { findRelation, notA } from './view.ts';

type Rename = Extract<CompiledStatement, { kind: 'rename' }>;

/** ALTER TABLE and ALTER VIEW ... RENAME TO: another name in the same schema. Nothing else of a table changes. */
export async function rename(run: Run, { object, target, to }: Rename): Promise<StatementEffect> {
  const key = temporaryViewKey(target);
  const view = key === undefined ? undefined : run.views.get(key);
  if (key !== undefined && view) {
    const renamed = temporaryViewKey({ ...to, ...(target.schema === undefined ? {} : { schema: target.schema }) });
    if (renamed === undefined || run.views.has(renamed)) throw tableExists(completeName(run, to), { target: to });
    run.views.delete(key);
    run.views.set(renamed, view);
    return {};
  }
  const name = completeName(run, target);
  const wanted = { ...name, ...to };
  const [from, into] = [name, wanted].map(({ catalog, schema }) => `${catalog}.${schema}`.toLowerCase());
  if (from !== into)
    throw new ExpectedError({
      code: 'sql.rename-across-schemas',
      message: `${nameText(name)} cannot be renamed into another schema.`,
      nextStep: 'Give the new name without its schema.',
      range: to.range,
    });
  const found = await run.context.resolver.relation(name);
  if ((found.type === 'VIEW') !== (object === 'VIEW')) throw notA(object, found);
  if (await findRelation(run, wanted)) throw tableExists(wanted, { target: to });
  await run.context.resolver.renameTable(name, to.table);
  return {};
}
