import type { Source } from '../syntax/nodes.ts';
import { isFractional, type SparkType } from '../types/spark-type.ts';
import type { Environment } from './environment.ts';
import type { TranslatedSource } from './translated-source.ts';

/**
 * The sides of a join, of which the right one may be a LATERAL without a FROM: Spark computes it beside each row. DuckDB does so once for
 * left columns that are equal, and 0.0 equals -0.0, which texts and signs tell apart; where a list is among those columns each row has its
 * own, so that the left side gets one. (A LATERAL with a FROM, or a join with ON, Spark computes for equal values itself.)
 */
export function besideEachRow(
  environment: Environment,
  { right: source, on }: Extract<Source, { kind: 'join' }>,
  left: TranslatedSource,
  right: TranslatedSource,
): readonly [TranslatedSource, TranslatedSource] {
  const [, alias] = / AS (\w+)$/.exec(right.sql) ?? [];
  if (source.kind !== 'subquery' || !source.lateral || on || alias === undefined) return [left, right];
  const { body } = source.query;
  const columns = [...left.merged, ...left.relations.flatMap((relation) => relation.columns)];
  const fractions = columns.some(({ sql, type }) => holdsFraction(type) && right.sql.includes(sql));
  if (body.kind !== 'select' || body.from || !fractions) return [left, right];
  const list = `l${environment.nextId()}`;
  return [
    { ...left, sql: `${left.sql} CROSS JOIN (SELECT [0] AS l) AS ${list}` },
    { ...right, sql: `(SELECT * FROM ${right.sql} WHERE ${list}.l IS NOT NULL) AS ${alias}` },
  ];
}

function holdsFraction(type: SparkType): boolean {
  return type.kind === 'struct' ? type.fields.some((field) => holdsFraction(field.type)) : isFractional(type);
}

/** DuckDB takes comparisons of both sides alone in ON of a LATERAL that may be missing: any condition stands in WHERE of the right side. */
export function lateralLeftJoin(left: TranslatedSource, right: TranslatedSource, on: string): string | undefined {
  const [, alias] = / AS (\w+)$/.exec(right.sql) ?? [];
  return alias && `${left.sql} LEFT JOIN LATERAL (SELECT * FROM ${right.sql} WHERE ${on}) AS ${alias} ON true`;
}
