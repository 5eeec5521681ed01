import { RAISING_MACROS } from '../prelude/index.ts';
import type { Typed } from './typed.ts';

/** Functions of JavaScript that raise conditions of Spark's; what only this emulation turns down is none. */
const RAISING_FUNCTIONS =
  'spark_decode spark_encode spark_format_string spark_from_csv spark_from_json spark_interval_text spark_json_path spark_parse_url ' +
  'spark_parse_url_key spark_parse_variant spark_read_datetime spark_read_interval spark_read_time spark_read_zone spark_split_part ' +
  'spark_to_binary spark_to_number spark_unbase64 spark_unhex spark_url_decode spark_validate_utf8 spark_variant_get spark_zone';

/** A cast that narrows numbers is written in two ways. */
const CALLS = new RegExp(
  String.raw`\b(?:${[...RAISING_MACROS, ...RAISING_FUNCTIONS.split(' '), 'error', 'greatest(?=\\(CAST\\()', 'CAST(?=\\(trunc\\()'].join('|')})\(`,
  'g',
);
const TEXTS = /'(?:[^']|'')*'/g;
/** A column, or what a lambda calls its element. */
const COLUMN = /\.?"(?:[^"]|"")*"|\b__\w+\b|\bk\d+\.v\b/;

/** Whether the value of some row may raise one of Spark's conditions. A constant is looked at before any row. */
export function mayRaise(typed: Typed): boolean {
  if (typed.raises) return true;
  return callsOfColumns(typed.sql.replace(TEXTS, "''"), CALLS) > 0;
}

/** Whether computing the text may raise at all, a constant's too. */
export function mightRaise(sql: string): boolean {
  const bare = sql.replace(TEXTS, "''");
  return bare.search(CALLS) >= 0 || / [-+*] /.test(bare);
}

/** How many of the calls have an argument that is no constant. @param sql without what texts hold. @param calls up to the parenthesis */
export function callsOfColumns(sql: string, calls: RegExp): number {
  return [...sql.matchAll(calls)].filter((call) => COLUMN.test(argumentsOf(sql, call.index + call[0].length))).length;
}

/** The text from an opening parenthesis to the one that closes it. */
function argumentsOf(sql: string, start: number): string {
  let depth = 1;
  let at = start;
  while (at < sql.length && depth > 0) {
    const char = sql[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    at += 1;
  }
  return sql.slice(start, at);
}
