import { SESSION_ZONE } from '../translate/carrier.ts';
import { quoteText } from '../types/duckdb-type.ts';

/** Zones without daylight saving, where a wall-clock time is one instant. */
const FIXED = /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal|Greenwich)$|^Z$/i;

/**
 * A wall-clock time to its instant. Where clocks go back a time occurs twice: Java, and so Spark, takes the earlier instant,
 * DuckDB's ICU the later one.
 */
export function zoneMacros(timeZone: string): readonly string[] {
  const described = `spark_described(t) AS replace(t, ${quoteText(SESSION_ZONE)}, ${quoteText(timeZone)})`;
  if (FIXED.test(timeZone)) return ['spark_local_to_timestamp(t) AS CAST(t AS TIMESTAMPTZ)', described];
  return [
    described,
    `spark_local_to_timestamp(t) AS CASE
      WHEN CAST(CAST(t AS TIMESTAMPTZ) - to_hours(1) AS TIMESTAMP) = t THEN CAST(t AS TIMESTAMPTZ) - to_hours(1)
      ELSE CAST(t AS TIMESTAMPTZ) END`,
  ];
}
