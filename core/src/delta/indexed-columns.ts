import { ExpectedError } from '../base/expected-error.ts';
import type { Metadata } from './actions.ts';
import { isMapped, physicalName } from './column-mapping.ts';
import type { DeltaField, DeltaType } from './schema.ts';

/** A column without parts, by the names from the top down to it. */
export interface LeafColumn {
  /** As data files and statistics name it. */
  readonly names: readonly string[];
  readonly type: DeltaType;
}

interface Leaf extends LeafColumn {
  readonly logical: readonly string[];
}

/** As Databricks: statistics of the first 32 leaf columns. */
const DEFAULT_COUNT = 32;
const countKey = 'delta.dataSkippingNumIndexedCols';
const namesKey = 'delta.dataSkippingStatsColumns';

/**
 * The columns of which a table keeps statistics: those that `delta.dataSkippingStatsColumns` names, with all that is nested in them,
 * else the first `delta.dataSkippingNumIndexedCols` (-1: all) that are no partition columns. Lists and maps count and have none.
 * @throws ExpectedError `delta.invalid-property`.
 */
export function indexedColumns(
  fields: readonly DeltaField[],
  { partitionColumns, configuration }: Pick<Metadata, 'partitionColumns' | 'configuration'>,
): LeafColumn[] {
  const mapped = isMapped(configuration);
  const data = fields.filter(({ name }) => !partitionColumns.includes(name));
  const all = leaves(data, mapped, [], []);
  const wanted = configuration[namesKey];
  if (wanted !== undefined) {
    const paths = columnNames(wanted);
    const unknown = paths.find((path) => !all.some((leaf) => isBelow(leaf, path)));
    if (unknown) throw invalid(namesKey, wanted, `${unknown.join('.')} is no column with statistics`);
    return all.filter((leaf) => paths.some((path) => isBelow(leaf, path)));
  }
  const text = configuration[countKey] ?? String(DEFAULT_COUNT);
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < -1 || text.trim() === '')
    throw invalid(countKey, text, 'it is a whole number, -1 for all columns');
  return count === -1 ? all : all.slice(0, count);
}

/** Whether `delta.dataSkippingStatsColumns` names the column or something nested in it. */
export function namesStatistics(configuration: Metadata['configuration'], path: readonly string[]): boolean {
  const wanted = configuration[namesKey];
  if (wanted === undefined) return false;
  return columnNames(wanted).some((named) => path.every((name, index) => same(named[index] ?? name, name)));
}

function leaves(
  fields: readonly DeltaField[],
  mapped: boolean,
  names: readonly string[],
  logical: readonly string[],
): Leaf[] {
  return fields.flatMap((field) => {
    const own = {
      names: [...names, mapped ? physicalName(field, 'name') : field.name],
      logical: [...logical, field.name],
    };
    const { type } = field;
    if (typeof type === 'object' && type.type === 'struct') return leaves(type.fields, mapped, own.names, own.logical);
    return [{ ...own, type }];
  });
}

/** `a, b.c, ``odd, name``` by the names of each column. */
function columnNames(text: string): string[][] {
  const columns: string[][] = [[]];
  for (const [, quoted, plain, separator] of text.matchAll(/`((?:[^`]|``)*)`|([^`.,\s]+)|([.,])/g)) {
    if (separator === ',') columns.push([]);
    else if (separator !== '.') columns.at(-1)?.push(quoted?.replaceAll('``', '`') ?? plain ?? '');
  }
  return columns.filter((names) => names.length > 0);
}

function isBelow({ logical }: Leaf, path: readonly string[]): boolean {
  return path.every((name, index) => same(logical[index] ?? '', name));
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function invalid(property: string, value: string, why: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.invalid-property',
    message: `The table property ${property} cannot be "${value}": ${why}.`,
    nextStep: 'Correct its value, or leave the property out.',
  });
}
