import type { SparkType } from './spark-type.ts';

export type Spatial = SparkType & { readonly kind: 'geometry' | 'geography' };

/** The reference systems that Spark 4.1 knows by number. */
const SRIDS: Readonly<Record<Spatial['kind'], readonly number[]>> = {
  geometry: [0, 3857, 4326],
  geography: [4326],
};

/** A type whose values have a reference system of that number; undefined where there is none. */
export function spatial(kind: Spatial['kind'], srid: number | 'any'): Spatial | undefined {
  return srid === 'any' || SRIDS[kind].includes(srid) ? { kind, srid } : undefined;
}

export function isSpatial(type: SparkType): type is Spatial {
  return type.kind === 'geometry' || type.kind === 'geography';
}

/** DuckDB's condition that a number is a reference system's. */
export function isSridSql(kind: Spatial['kind'], sql: string): string {
  return `${sql} IN (${SRIDS[kind].join(', ')})`;
}
