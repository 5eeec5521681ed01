import type { Environment, Scope } from './environment.ts';

/** DuckDB's lambdas see no column of the left side: such columns come along as columns of the generator's own input. */
export function withCarriedColumns(
  environment: Environment,
  sql: string,
  { relations, merged }: Pick<Scope, 'relations' | 'merged'>,
): string {
  const place = /\) AS g\d+$/.exec(sql);
  if (!place || !sql.includes('lambda ')) return sql;
  const named = [...merged, ...relations.flatMap(({ columns }) => columns)].map((column) => column.sql);
  const used = [...new Set(named)].filter((one) => /^\w+\."/.test(one) && sql.includes(one));
  if (used.length === 0) return sql;
  const alias = `c${environment.nextId()}`;
  const body = used.reduce((text, one, at) => text.replaceAll(one, `${alias}.c${at}`), sql.slice(0, place.index));
  const columns = used.map((one, at) => `${one} AS c${at}`).join(', ');
  return `${body} FROM (SELECT ${columns}) AS ${alias}${place[0]}`;
}
