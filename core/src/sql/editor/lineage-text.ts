import { findTable, type Lineage, type LineageTable, rootsOf } from './lineage.ts';
import type { ColumnSource, WrittenColumn } from './sources.ts';

/** A column with all that can be said of where it comes from; `why` is never empty where `sources` is. */
interface ExplainedColumn {
  readonly name: string;
  readonly typeText: string | undefined;
  readonly sources: readonly ColumnSource[];
  /** Where its values begin. */
  readonly roots: readonly ColumnSource[];
  readonly why: readonly string[];
}

/** A table, or a column of it, by a name as a person writes it: `gold.daily_revenue.net_revenue`. */
export function chosen(
  all: Lineage,
  name: string,
): { readonly table: LineageTable; readonly columns: readonly WrittenColumn[] } | undefined {
  const whole = findTable(all, name);
  if (whole) return { table: whole, columns: whole.columns };
  const at = name.lastIndexOf('.');
  const table = at < 0 ? undefined : findTable(all, name.slice(0, at));
  const wanted = name
    .slice(at + 1)
    .replaceAll('`', '')
    .toLowerCase();
  const columns = table?.columns.filter((column) => column.name.toLowerCase() === wanted) ?? [];
  return table && columns.length > 0 ? { table, columns } : undefined;
}

export function explained(all: Lineage, table: LineageTable, column: WrittenColumn): ExplainedColumn {
  const { name, typeText, sources, unknown } = column;
  const values = sources.some(({ through }) => through === 'value');
  const assumed = sources.some((source) => source.assumed)
    ? ['A name with ? is taken on trust: the columns of its relation are not known.']
    : [];
  const constant = values || unknown.length > 0 ? [] : [withoutSource(table)];
  return { name, typeText, sources, roots: rootsOf(all, table, column), why: [...unknown, ...assumed, ...constant] };
}

/** Why the table has more columns than are listed; undefined where it has not. */
function moreColumns({ more }: LineageTable): string | undefined {
  return more.length > 0
    ? `It also has every column of ${more.join(', ')}, which * stands for: these are not known.`
    : undefined;
}

interface ExplainedTable {
  readonly table: LineageTable;
  readonly columns: readonly ExplainedColumn[];
}

/** For people: a paragraph a table, then what is not known. Names hold no control characters in it: a terminal would obey them. */
export function lineageText(all: Lineage, picked = everything(all)): string {
  const lines = [...picked.flatMap(tableLines), ...all.problems.map(problemLine)];
  return lines.map(printable).join('\n');
}

export function everything(all: Lineage): readonly ExplainedTable[] {
  return all.tables.map((table) => ({ table, columns: table.columns.map((column) => explained(all, table, column)) }));
}

function tableLines({ table, columns }: ExplainedTable): string[] {
  const more = moreColumns(table);
  return [
    table.name,
    ...table.writtenBy.map(({ file, line }) => `  written by ${file}:${line}`),
    ...columns.flatMap(columnLines),
    ...(more === undefined ? [] : [`  ${more}`]),
    '',
  ];
}

function columnLines({ name, typeText, sources, roots, why }: ExplainedColumn): string[] {
  const of = (through: ColumnSource['through']): string[] =>
    sources.filter((one) => one.through === through).map(sourceText);
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

function problemLine({ file, line, message }: Lineage['problems'][number]): string {
  return `${file}:${line}: ${message}`;
}

function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function withoutSource({ writtenBy }: LineageTable): string {
  return writtenBy.length === 0
    ? 'No statement of the job writes it.'
    : 'It is computed of no column: a constant, a count of rows, or a column that no statement of the job fills.';
}

/** A source as people read it. */
export function sourceText({ relation, column, assumed }: ColumnSource): string {
  return `${relation}.${column}${assumed ? '?' : ''}`;
}
