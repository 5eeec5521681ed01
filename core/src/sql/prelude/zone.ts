import { SESSION_ZONE } from '../translate/carrier.ts';
import { quoteText } from '../types/duckdb-type.ts';

/** Zones without daylight saving, where a wall-clock time is one instant. */
const FIXED = /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal|Greenwich)$|^Z$/i;

/**
 * An instant to its wall-clock time in the session's zone, and back. Where clocks go back a time occurs twice: Java, and so Spark, takes the earlier instant,
 * DuckDB's ICU the later one.
 */
export function zoneMacros(timeZone: string): readonly string[] {
  const described = `spark_described(t) AS replace(t, ${quoteText(SESSION_ZONE)}, ${quoteText(timeZone)})`;
  // Both count microseconds since 1970, and here from the same moment: no calendar is asked, which costs ten times as much.
  if (FIXED.test(timeZone))
    return [
      described,
      'spark_local(t) AS make_timestamp(epoch_us(CAST(t AS TIMESTAMPTZ)))',
      'spark_local_to_timestamp(t) AS make_timestamptz(epoch_us(CAST(t AS TIMESTAMP)))',
    ];
  return [
    described,
    'spark_local(t) AS CAST(t AS TIMESTAMP)',
    `spark_local_to_timestamp(t) AS CASE
      WHEN CAST(CAST(t AS TIMESTAMPTZ) - to_hours(1) AS TIMESTAMP) = t THEN CAST(t AS TIMESTAMPTZ) - to_hours(1)
      ELSE CAST(t AS TIMESTAMPTZ) END`,
  ];
}
