import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { loadContracts } from '@medallion/core/contracts/load-contracts.ts';
import { jobSql } from '@medallion/core/jobs/job-sql.ts';
import { catalogOf } from '@medallion/core/lake/project-lake.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { contractRelations } from '@medallion/core/sql/editor/contract-relations.ts';
import { lineage as lineageOf, type Lineage } from '@medallion/core/sql/editor/lineage.ts';
import { chosen, everything, explained, lineageText } from '@medallion/core/sql/editor/lineage-text.ts';
import type { Command } from '../command.ts';

export const lineage: Command = {
  name: 'lineage',
  usage: 'lineage [table[.column]] [--job KEY]',
  summary: 'tell which columns each column of the tables that a job writes comes from, or why that is not known',
  options: { job: { type: 'string', summary: 'the job (default: every job of the bundle, one after another)' } },
  async run(context) {
    const loaded = await loadFor(context.project, 'local');
    const all = await jobLineage(loaded, context.text('job'));
    const name = context.positionals[0];
    const found = name === undefined ? undefined : chosen(all, name);
    if (name !== undefined && !found) throw unknownName(name, all);
    const tables = found
      ? [{ table: found.table, columns: found.columns.map((column) => explained(all, found.table, column)) }]
      : everything(all);
    return {
      json: { tables: tables.map(({ table, columns }) => ({ ...table, columns })), problems: all.problems },
      text: lineageText(all, tables),
    };
  },
};

async function jobLineage(loaded: LoadedProject, wanted: string | undefined): Promise<Lineage> {
  const { project, bundle } = loaded;
  const jobs = bundle?.jobs ?? [];
  const chosenJobs = jobs.filter(({ key }) => wanted === undefined || key === wanted);
  if (wanted !== undefined && chosenJobs.length === 0)
    throw new ExpectedError({
      code: 'usage.job',
      message: `The bundle has no job ${wanted}.`,
      nextStep: `Its jobs are: ${jobs.map(({ key }) => key).join(', ') || 'none'}.`,
      kind: 'environment',
    });
  const { contracts } = await loadContracts(project.root, project.contracts);
  const relations = contractRelations(contracts.flatMap(({ tables }) => tables));
  const read = await Promise.all(chosenJobs.map((job) => jobSql({ root: project.root, job, jobs })));
  const sources = read.flatMap((one) => one.sources);
  const { tables, problems } = lineageOf(sources, { catalog: catalogOf(loaded), relations, volumes: [] });
  return { tables, problems: [...read.flatMap((one) => one.problems), ...problems] };
}

function unknownName(name: string, { tables }: Lineage): ExpectedError {
  return new ExpectedError({
    code: 'usage.lineage',
    message: `No statement of the job writes ${name}.`,
    nextStep: `Name one of: ${tables.map((table) => table.name).join(', ') || 'nothing is written in SQL'}.`,
    kind: 'environment',
  });
}
