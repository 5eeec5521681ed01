import { parse } from 'lossless-json';
import type { AddFile, Snapshot } from './actions.ts';
import { boundOf, type Comparable, compare, type Constant, constantFor, textOf } from './comparable.ts';
import { columnMapping } from './protocol.ts';
import { physicalName } from './column-mapping.ts';
import type { DeltaField } from './schema.ts';

/** A condition on a top-level column that every row which matters fulfils. */
export interface FileFilter {
  readonly column: string;
  readonly test: '=' | '<' | '<=' | '>' | '>=' | 'in' | 'isNull' | 'isNotNull';
  readonly values: readonly Constant[];
}

/** What a file says of one column: bounds of its values, and how many of its rows are NULL. Absent: it does not say. */
interface ColumnFacts {
  readonly min?: Comparable | undefined;
  readonly max?: Comparable | undefined;
  readonly allNull: boolean;
  readonly noNull: boolean;
}

interface Condition {
  readonly field: DeltaField;
  readonly physical: string;
  readonly isPartition: boolean;
  readonly test: FileFilter['test'];
  readonly values: readonly Comparable[];
}

/**
 * Tells whether a file may hold rows that matter, by its partition values and its statistics: those that fulfil all conditions of one
 * of the lists. What cannot be compared rules nothing out.
 * @param only `partitions`: statistics are left alone, as in Delta's conflict checks.
 */
export function fileSkipping(
  snapshot: Snapshot,
  alternatives: readonly (readonly FileFilter[])[],
  only?: 'partitions',
): (file: Pick<AddFile, 'partitionValues' | 'stats'>) => boolean {
  const lists = alternatives.map((filters) =>
    filters
      .flatMap((filter) => conditionOf(snapshot, filter) ?? [])
      .filter(({ isPartition }) => isPartition || only !== 'partitions'),
  );
  if (lists.length === 0 || lists.some((conditions) => conditions.length === 0)) return () => true;
  return ({ partitionValues, stats }) => {
    const statistics = only === 'partitions' ? undefined : parsedStatistics(stats);
    return lists.some((conditions) =>
      conditions.every((condition) => {
        const facts = condition.isPartition
          ? partitionFacts(condition, partitionValues[condition.physical])
          : columnFacts(condition, statistics);
        return mayHold(condition, facts);
      }),
    );
  };
}

function conditionOf(snapshot: Snapshot, { column, test, values }: FileFilter): Condition | undefined {
  const { schema, metadata, location } = snapshot;
  const field = schema.fields.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  // Another collation orders and compares strings otherwise.
  if (!field || '__COLLATIONS' in field.metadata) return undefined;
  const constants = values.map((value) => constantFor(field.type, value));
  const known = constants.filter((value) => value !== undefined);
  if (known.length < constants.length) return undefined;
  const physical = physicalName(field, columnMapping(location, metadata));
  return { field, physical, isPartition: metadata.partitionColumns.includes(field.name), test, values: known };
}

function mayHold({ test, values }: Condition, { min, max, allNull, noNull }: ColumnFacts): boolean {
  if (test === 'isNull') return !noNull;
  if (allNull) return false;
  const below = (value: Comparable): boolean => max === undefined || compare(value, max) <= 0;
  const above = (value: Comparable): boolean => min === undefined || compare(min, value) <= 0;
  return (
    test === 'isNotNull' ||
    values.some((value) => {
      switch (test) {
        case '=':
        case 'in':
          return below(value) && above(value);
        case '<':
          return min === undefined || compare(min, value) < 0;
        case '<=':
          return above(value);
        case '>':
          return max === undefined || compare(value, max) < 0;
        case '>=':
          return below(value);
      }
    })
  );
}

/** The empty string is NULL (Delta protocol, "Partition Value Serialization"). */
function partitionFacts({ field }: Condition, value: string | null | undefined): ColumnFacts {
  if (value === null || value === undefined || value === '') return { allNull: true, noNull: false };
  // A time without a zone is the session's, which is not known here.
  const zoned = field.type !== 'timestamp' || /Z|[+-]\d\d:\d\d$/.test(value);
  const exact = (side: 'min' | 'max'): Comparable | undefined => (zoned ? boundOf(field.type, value, side) : undefined);
  return { min: exact('min'), max: exact('max'), allNull: false, noNull: true };
}

interface Statistics {
  readonly numRecords?: unknown;
  readonly minValues?: Readonly<Record<string, unknown>>;
  readonly maxValues?: Readonly<Record<string, unknown>>;
  readonly nullCount?: Readonly<Record<string, unknown>>;
}

function columnFacts({ field, physical }: Condition, statistics: Statistics | undefined): ColumnFacts {
  const { numRecords, minValues, maxValues, nullCount } = statistics ?? {};
  const nulls = textOf(nullCount?.[physical]);
  return {
    min: boundOf(field.type, minValues?.[physical], 'min'),
    max: boundOf(field.type, maxValues?.[physical], 'max'),
    allNull: nulls !== undefined && nulls === textOf(numRecords),
    noNull: nulls === '0',
  };
}

/** Statistics are a help only: a file whose statistics are no JSON is read. */
function parsedStatistics(text: string | undefined): Statistics | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text) as Statistics;
  } catch {
    return undefined;
  }
}
