import type { DuckDBConnection } from '@duckdb/node-api';

/** True where a DuckDB text may answer otherwise each time that it runs on the same inputs. It never says false wrongly. */
export type AnswersVary = (sql: string) => boolean;

/** Keywords that are calls, which DuckDB's list of functions does not have. */
const keywords = ['current_timestamp', 'current_time', 'localtime', 'localtimestamp', 'sample', 'tablesample'];

/** `error` never answers; `current_date` is the same for a day, which whoever keeps answers has to watch. */
const harmless = new Set(['error', 'current_date']);

/** The functions of which DuckDB itself says that the same arguments do not give the same answer. */
export async function varyingFunctions(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const answer = await connection.runAndReadAll(
    `SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')`,
  );
  const names = answer.getRows().map(([name]) => String(name));
  return new Set([...names.filter((name) => !harmless.has(name)), ...keywords]);
}

/** @param macros CREATE MACRO statements: one that calls such a function is one itself. */
export function answersVary(functions: ReadonlySet<string>, macros: readonly string[]): AnswersVary {
  const varying = new Set(functions);
  const names = (sql: string): boolean => words(sql).some((word) => varying.has(word));
  const named = macros.flatMap((sql) => {
    const name = /\bMACRO\s+(\w+)/i.exec(sql)?.[1]?.toLowerCase();
    return name === undefined ? [] : [{ name, sql }];
  });
  for (let before = -1; before < varying.size;) {
    before = varying.size;
    for (const { name, sql } of named) if (names(sql)) varying.add(name);
  }
  return names;
}

/** Every word, also one in a literal or a quoted name: better to compute anew than to keep wrongly. */
function words(sql: string): string[] {
  return sql.toLowerCase().match(/[a-z_]\w*/g) ?? [];
}
