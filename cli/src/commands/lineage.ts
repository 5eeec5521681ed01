import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { loadContracts } from '@medallion/core/contracts/load-contracts.ts';
import { jobSql } from '@medallion/core/jobs/job-sql.ts';
import { catalogOf } from '@medallion/core/lake/project-lake.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { contractRelations } from '@medallion/core/sql/editor/contract-relations.ts';
import { lineage as lineageOf, type Lineage, type LineageTable } from '@medallion/core/sql/editor/lineage.ts';
import {
  chosen,
  explained,
  type ExplainedColumn,
  moreColumns,
  sourceText,
} from '@medallion/core/sql/editor/lineage-text.ts';
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
    const picked = found ? [found] : all.tables.map((table) => ({ table, columns: table.columns }));
    const tables = picked.map(({ table, columns }) => ({
      table,
      columns: columns.map((column) => explained(all, table, column)),
    }));
    return {
      json: { tables: tables.map(({ table, columns }) => ({ ...table, columns })), problems: all.problems },
      text: [...tables.flatMap(tableLines), ...all.problems.map(problemLine)].map(printable).join('\n'),
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

function tableLines({
  table,
  columns,
}: {
  readonly table: LineageTable;
  readonly columns: readonly ExplainedColumn[];
}): string[] {
  const more = moreColumns(table);
  return [table.name, ...columns.flatMap(columnLines), ...(more === undefined ? [] : [`  ${more}`]), ''];
}

function columnLines({ name, typeText, sources, roots, why }: ExplainedColumn): string[] {
  const of = (through: 'value' | 'condition') => sources.filter((one) => one.through === through).map(sourceText);
  const [values, conditions] = [of('value'), of('condition')];
  const begins = roots.map(sourceText);
  return [
    `  ${name}  ${typeText ?? 'of unknown type'}`,
    ...(values.length > 0 ? [`    from ${values.join(', ')}`] : []),
    ...(begins.length > 0 && begins.join() !== values.join() ? [`    which begins in ${begins.join(', ')}`] : []),
    ...(conditions.length > 0 ? [`    its rows chosen by ${conditions.join(', ')}`] : []),
    ...why.map((line) => `    ${line}`),
  ];
}

/** A name may hold anything, such as what a terminal would obey. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function problemLine({ file, line, message }: Lineage['problems'][number]): string {
  return `${file}:${line}: ${message}`;
}

function unknownName(name: string, { tables }: Lineage): ExpectedError {
  return new ExpectedError({
    code: 'usage.lineage',
    message: `No statement of the job writes ${name}.`,
    nextStep: `Name one of: ${tables.map((table) => table.name).join(', ') || 'nothing is written in SQL'}.`,
    kind: 'environment',
  });
}
