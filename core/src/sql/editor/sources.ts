import type { HasOrigins, Origin } from '../types/origins.ts';
import { isUnknown, typeText } from '../types/spark-type.ts';
import type { BoundPart, RelationFact } from './bound-part.ts';

/** A column that another comes from. */
export interface ColumnSource {
  /** `catalog.schema.table` as far as it is known, or a path. */
  readonly relation: string;
  readonly column: string;
  /** `value`: it is computed of it. `condition`: a filter or join on it decides which rows are there. */
  readonly through: 'value' | 'condition';
  /** True where the relation's columns are not known, and the name can be no other's. */
  readonly assumed?: true;
}

export interface WrittenColumn {
  readonly name: string;
  readonly typeText: string | undefined;
  readonly sources: readonly ColumnSource[];
  /** Why what it comes from is not, or not wholly, known. */
  readonly unknown: readonly string[];
}

/** The columns of a query's result. */
export interface WrittenColumns {
  readonly columns: readonly WrittenColumn[];
  /** The relations whose columns are not known, where a star stands for them: there are more columns than `columns`. */
  readonly more: readonly string[];
}

/** What a traced query's columns come from. */
export function writtenColumns(part: BoundPart): WrittenColumns {
  const more = part.trace.open ? openRelations(part) : [];
  const columns = part.trace.columns.map((column): WrittenColumn => {
    const { sources, unknown } = sourcesOf(part, column);
    const reasons = isUnknown(column.type) && sources.length + unknown.length === 0 ? fallback(part) : unknown;
    const known = isUnknown(column.type) ? undefined : typeText(column.type);
    return { name: column.name, typeText: known, sources, unknown: reasons };
  });
  return { columns, more };
}

export function sourcesOf(part: BoundPart, value: HasOrigins): Pick<WrittenColumn, 'sources' | 'unknown'> {
  const found = [
    ...[...(value.origins ?? [])].map((origin) => ({ origin, through: 'value' as const })),
    ...[...(value.conditions ?? [])].map((origin) => ({ origin, through: 'condition' as const })),
  ].map(({ origin, through }) => resolved(part, origin, through));
  return {
    sources: distinct(found.flatMap(({ sources }) => sources)),
    unknown: [...new Set(found.flatMap(({ unknown }) => unknown))],
  };
}

/** Each source once; one that gives the value is not said again as a condition. */
export function distinct(sources: readonly ColumnSource[]): readonly ColumnSource[] {
  const kept = new Map<string, ColumnSource>();
  for (const source of sources) {
    const key = JSON.stringify([source.relation.toLowerCase(), source.column.toLowerCase()]);
    const before = kept.get(key);
    if (!before || (before.through === 'condition' && source.through === 'value')) kept.set(key, source);
  }
  return [...kept.values()];
}

type Through = ColumnSource['through'];
type Resolved = Pick<WrittenColumn, 'sources' | 'unknown'>;

function resolved(part: BoundPart, { placeholder, column, reason }: Origin, through: Through): Resolved {
  if (reason !== undefined) return { sources: [], unknown: through === 'value' ? [reason] : [] };
  const fact = placeholder === undefined ? undefined : part.relations.get(placeholder);
  if (fact) return ofRelation(fact, column, through);
  const open = [...part.relations.values()].filter(({ columns }) => columns === undefined);
  const [only, other] = open;
  if (only && !other) return ofRelation(only, column, through);
  return {
    sources: [],
    unknown:
      through === 'value'
        ? [
            perhaps(
              column,
              open.map(({ id }) => id),
            ),
          ]
        : [],
  };
}

function ofRelation({ id, made, columns }: RelationFact, column: string, through: Through): Resolved {
  if (!made) {
    const assumed = columns ? {} : ({ assumed: true } as const);
    return { sources: [{ relation: id, column, through, ...assumed }], unknown: [] };
  }
  const inner = made.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  if (inner) {
    const sources = inner.sources.map((source) => ({ ...source, through: both(source.through, through) }));
    return { sources, unknown: through === 'value' ? inner.unknown : [] };
  }
  const [only, other] = made.more;
  if (only !== undefined && other === undefined)
    return { sources: [{ relation: only, column, through, assumed: true }], unknown: [] };
  return { sources: [], unknown: through === 'value' ? [perhaps(column, made.more)] : [] };
}

function both(inner: Through, outer: Through): Through {
  return inner === 'value' && outer === 'value' ? 'value' : 'condition';
}

export function perhaps(column: string, relations: readonly string[]): string {
  if (relations.length === 0) return `Nothing says where ${column} comes from: its relation's name is not known.`;
  return `${column} comes through * from ${relations.join(' or ')}, whose columns are not known.`;
}

function openRelations({ relations }: BoundPart): readonly string[] {
  const open = [...relations.values()].filter(({ columns }) => columns === undefined);
  return [...new Set(open.flatMap(({ id, made }) => made?.more ?? [id]))];
}

function fallback({ diagnostics, relations }: BoundPart): readonly string[] {
  const [first] = diagnostics;
  if (first) return [first.message];
  const open = [...relations.values()].filter(({ columns }) => columns === undefined);
  return open.length === 0 ? [] : [`The columns of ${open.map(({ id }) => id).join(', ')} are not known.`];
}
