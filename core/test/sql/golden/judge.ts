import type { DuckDBValue } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { tokenize } from '@medallion/core/sql/syntax/lexer.ts';
import type { Query } from '@medallion/core/sql/syntax/nodes.ts';
import { ProblemError } from '@medallion/core/sql/syntax/problem.ts';
import { createTokenStream, parseStatement } from '@medallion/core/sql/syntax/statements.ts';
import type { Block } from './blocks.ts';
import { hiveText, type HiveTextOptions } from './hive-text.ts';
import type { Answer } from './session.ts';

/**
 * `same`: Spark's rows and types. `different`: other rows or types, or an answer where Spark raises. `refused`: an expected error
 * with a code. `failed`: anything else.
 */
export type Verdict = 'same' | 'different' | 'refused' | 'failed';

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is refused or failed, or what differs. */
  readonly detail: string;
  /** Rows and types are Spark's, a column's name is not. */
  readonly otherNames?: boolean;
}

/** What the dialect did with a statement. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer | undefined }
  | { readonly kind: 'error'; readonly error: unknown };

export function judge(block: Block, outcome: Outcome, text: HiveTextOptions): Judgement {
  if (outcome.kind === 'error') return judgeError(outcome.error, block.raises);
  const { answer } = outcome;
  if (block.raises)
    return { verdict: 'different', detail: `Spark raises\n${head(block.output)}\nhere: ${shown(answer, text)}` };
  if (!answer) {
    if (block.schema === 'struct<>') return { verdict: 'same', detail: '' };
    return { verdict: 'different', detail: 'no result here' };
  }
  return judgeRows(block, answer, text);
}

/** What the prelude's functions say where DuckDB's answer would not be Spark's. */
const REFUSED_AT_RUN_TIME = '[NOT_EMULATED]';

function judgeError(error: unknown, raises: boolean): Judgement {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ExpectedError) return { verdict: 'refused', detail: `${error.code} ${message}` };
  if (message.includes(REFUSED_AT_RUN_TIME)) return { verdict: 'refused', detail: `run time ${message}` };
  // Where Spark raises, an error of DuckDB's is one too; a defect of ours is none.
  const raised = /^[A-Z][A-Za-z ]* Error: /.test(message) && !message.startsWith('INTERNAL');
  return { verdict: raises && raised ? 'refused' : 'failed', detail: message };
}

function judgeRows(block: Block, answer: Answer, text: HiveTextOptions): Judgement {
  const asked = describes(block.sql);
  const lines = answer.rows.map((row) => (asked ? described(shownCells(block.sql, row)) : rowText(row, answer, text)));
  const keys = orderKeys(block.sql, answer);
  const schema = `struct<${answer.columns.map(({ name, typeText }) => `${name}:${typeText}`).join(',')}>`;
  const given = block.output === '' ? [] : block.output.split('\n');
  const wanted = given.map((line) => (asked ? described(line) : line));
  const detail = `Spark ${block.schema}\n${head(block.output)}\nhere  ${schema}\n${head(lines.join('\n'))}`;
  if (!sameRows(lines, wanted) || !sameOrder(keys, lines, wanted)) return { verdict: 'different', detail };
  if (schema === block.schema) return { verdict: 'same', detail: '' };
  return sameTypes(answer, block.schema)
    ? { verdict: 'same', detail, otherNames: true }
    : { verdict: 'different', detail: `types: ${detail}` };
}

function describes(sql: string): boolean {
  return /^\s*(?:desc(?:ribe)?|show)\b/i.test(sql);
}

/** Spark's suite shows of SHOW TABLES and SHOW VIEWS what Hive did: the names alone. */
function shownCells(sql: string, row: readonly DuckDBValue[]): string {
  const cells = /^\s*show\s+(?:tables|views)\b/i.test(sql) ? row.slice(1, 2) : row;
  return cells.map((cell) => String(cell ?? '')).join('\t');
}

/** What depends on the machine, which Spark's suite masks, does not count: times, places, owners. */
function described(text: string): string {
  return text
    .split('\n')
    .map((line) => trimmed(line).replace(/^(Created Time|Last Access|Created By|Location|Owner)\b.*/, '$1'))
    .join('\n');
}

/** Spark's suite pads the cells of DESCRIBE, and shows a comment that is not there as an empty one. */
function trimmed(line: string): string {
  const cells = line.split('\t').map((cell) => cell.trim());
  return [...cells, '', ''].slice(0, 3).join('\t');
}

/** A row as Spark's suite writes it: it hides what looks like an expression's id. */
function rowText(row: readonly DuckDBValue[], { columns }: Answer, text: HiveTextOptions): string {
  const cells = columns.map(({ typeText }, at) => hiveText(row[at] ?? null, typeText, text));
  return cells.join('\t').replace(/#\d+/g, '#x').replaceAll('\r', '\n');
}

function flat(lines: readonly string[]): string[] {
  const all = lines
    .join('\n')
    .split('\n')
    .map((line) => line.trimEnd());
  // White space at an output's end is lost in the file, and with it a last row of nothing else.
  return all.filter((line) => line !== '').sort();
}

/** The same rows, however they are ordered: Spark's suite sorts what no ORDER BY orders. */
function sameRows(lines: readonly string[], wanted: readonly string[]): boolean {
  return flat(lines).join('\n') === flat(wanted).join('\n');
}

/** The cells of the ORDER BY's keys, as far as the result shows them, stand in one order on both sides. */
function sameOrder(keys: readonly number[] | undefined, lines: readonly string[], wanted: readonly string[]): boolean {
  if (!keys || lines.length !== wanted.length) return true;
  const at = (line: string): string => keys.map((key) => line.split('\t')[key] ?? '').join('\t');
  return lines.every((line, index) => at(line.trimEnd()) === at((wanted[index] ?? '').trimEnd()));
}

/** Which cells the outermost ORDER BY sorts by; undefined where there is none. A key that the result does not show counts for none. */
function orderKeys(sql: string, { columns }: Answer): readonly number[] | undefined {
  const query = parsedQuery(sql);
  if (!query || query.arranged || (query.orderBy.length === 0 && !query.orderByAll)) return undefined;
  if (query.orderByAll) return columns.map((_, at) => at);
  const keys: number[] = [];
  for (const { expression } of query.orderBy) {
    const name = expression.kind === 'column' ? expression.parts.at(-1)?.text.toLowerCase() : undefined;
    const ordinal = expression.kind === 'literal' ? Number(expression.value) - 1 : NaN;
    const at = Number.isInteger(ordinal) ? ordinal : columns.findIndex((column) => column.name.toLowerCase() === name);
    // What follows a key that cannot be seen orders only within it.
    if (at < 0 || at >= columns.length) break;
    keys.push(at);
  }
  return keys;
}

function parsedQuery(sql: string): Query | undefined {
  try {
    const node = parseStatement(createTokenStream(tokenize(sql), new Map()));
    return node.kind === 'query' ? node.query : undefined;
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function sameTypes(answer: Answer, schema: string): boolean {
  // Spark quotes no field's name there.
  const types = answer.columns.map(
    ({ typeText }) => `[\\s\\S]*:${typeText.replaceAll('`', '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`,
  );
  return new RegExp(`^struct<${types.join(',')}>$`, 'i').test(schema.replaceAll('`', ''));
}

function shown(answer: Answer | undefined, text: HiveTextOptions): string {
  if (!answer) return 'done';
  const [row] = answer.rows;
  return `${answer.rows.length} rows, the first: ${row ? rowText(row, answer, text) : ''}`;
}

function head(text: string): string {
  return text.length > 600 ? `${text.slice(0, 600)}...` : text;
}
