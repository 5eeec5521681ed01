import { parseName, parseQualifiedName } from './names.ts';
import type { Name } from './nodes.ts';
import { notEmulated, ProblemError, type Span } from './problem.ts';
import { parseNameList } from './queries.ts';
import type { TokenStream } from './token-stream.ts';

/** Columns by name, or all but some. */
export type ColumnChoice = { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** AUTO CDC, which was APPLY CHANGES: how the rows of a stream change a table. Texts are spans of the source. */
export interface ChangesNode {
  /** A table or dataset, or a query in parentheses. */
  readonly from:
    { readonly kind: 'name'; readonly name: readonly Name[] } | { readonly kind: 'query'; readonly span: Span };
  readonly keys: readonly string[];
  readonly sequence: Span;
  readonly deletes: Span | undefined;
  readonly columns: ColumnChoice | undefined;
  readonly tracked: ColumnChoice | undefined;
  readonly scdType: '1' | '2';
}

export type FlowBody =
  | { readonly kind: 'cdc'; readonly changes: ChangesNode }
  | { readonly kind: 'insert'; readonly once: boolean; readonly query: Span };

/** What fills a streaming table of a pipeline beside its own query. */
export interface FlowNode {
  readonly name: Name | undefined;
  readonly target: readonly Name[];
  readonly body: FlowBody;
}

/** What follows `CREATE FLOW`. */
export function parseCreateFlow(tokens: TokenStream): FlowNode {
  const name = parseQualifiedName(tokens).at(-1);
  if (tokens.accept('COMMENT')) tokens.next();
  tokens.expect('AS');
  if (tokens.accept('AUTO', 'CDC', 'INTO') || tokens.accept('APPLY', 'CHANGES', 'INTO')) {
    const target = parseQualifiedName(tokens);
    return { name, target, body: { kind: 'cdc', changes: parseChanges(tokens) } };
  }
  tokens.expect('INSERT', 'INTO');
  const once = tokens.accept('ONCE');
  const target = parseQualifiedName(tokens);
  return { name, target, body: parseInsert(tokens, once) };
}

/** What follows `APPLY CHANGES INTO`. */
export function parseApplyChanges(tokens: TokenStream): FlowNode {
  const target = parseQualifiedName(tokens);
  return { name: undefined, target, body: { kind: 'cdc', changes: parseChanges(tokens) } };
}

/** What follows `FLOW` in the definition of a streaming table. */
export function parseOwnFlow(tokens: TokenStream): FlowBody {
  if (tokens.accept('AUTO', 'CDC')) return { kind: 'cdc', changes: parseChanges(tokens) };
  if (tokens.sees('REPLACE')) throw notEmulated('A flow that replaces rows', tokens.peek());
  tokens.expect('INSERT');
  return parseInsert(tokens, tokens.accept('ONCE'));
}

function parseInsert(tokens: TokenStream, once: boolean): FlowBody {
  tokens.expect('BY', 'NAME');
  const start = tokens.peek();
  tokens.grammar.query(tokens);
  return { kind: 'insert', once, query: tokens.spanFrom(start) };
}

/** `FROM source KEYS (...) ... SEQUENCE BY ...` and its options. */
function parseChanges(tokens: TokenStream): ChangesNode {
  tokens.expect('FROM');
  const from = parseFrom(tokens);
  tokens.expect('KEYS');
  const keys = parseNameList(tokens).map(({ text }) => text);
  let sequence: Span | undefined;
  let deletes: Span | undefined;
  let columns: ColumnChoice | undefined;
  let tracked: ColumnChoice | undefined;
  let scdType: '1' | '2' = '1';
  for (;;) {
    const start = tokens.peek();
    if (tokens.accept('APPLY', 'AS', 'DELETE', 'WHEN')) deletes = parseText(tokens);
    else if (tokens.accept('SEQUENCE', 'BY')) sequence = parseText(tokens);
    else if (tokens.accept('COLUMNS')) columns = parseChoice(tokens);
    else if (tokens.accept('TRACK', 'HISTORY', 'ON')) tracked = parseChoice(tokens);
    else if (tokens.accept('STORED', 'AS')) scdType = parseScdType(tokens);
    else if (tokens.sees('IGNORE') || tokens.sees('APPLY'))
      throw notEmulated(tokens.sees('IGNORE') ? 'IGNORE NULL UPDATES' : 'APPLY AS TRUNCATE', start, 'Leave it out.');
    else break;
  }
  if (!sequence) throw tokens.unexpected('SEQUENCE BY');
  return { from, keys, sequence, deletes, columns, tracked, scdType };
}

function parseFrom(tokens: TokenStream): ChangesNode['from'] {
  if (tokens.seesOperator('(')) {
    const open = tokens.expectOperator('(');
    tokens.grammar.query(tokens);
    return { kind: 'query', span: { start: open.end, end: tokens.expectOperator(')').start } };
  }
  if (!tokens.accept('STREAM')) return { kind: 'name', name: parseQualifiedName(tokens) };
  const name = tokens.seesOperator('(')
    ? tokens.parenthesized(() => parseQualifiedName(tokens))
    : parseQualifiedName(tokens);
  if (tokens.seesOperator('('))
    throw notEmulated(
      'A table function as the source of AUTO CDC',
      tokens.peek(),
      'Make a streaming table of it, and read that.',
    );
  return { kind: 'name', name };
}

function parseText(tokens: TokenStream): Span {
  const start = tokens.peek();
  tokens.grammar.expression(tokens);
  return tokens.spanFrom(start);
}

/** `a, b`, `(a, b)`, `* EXCEPT (a, b)` */
function parseChoice(tokens: TokenStream): ColumnChoice {
  const isAll = tokens.acceptOperator('*');
  if (isAll) tokens.expect('EXCEPT');
  const names = tokens.seesOperator('(') ? parseNameList(tokens) : tokens.list(() => parseName(tokens));
  const texts = names.map(({ text }) => text);
  return isAll ? { except: texts } : { only: texts };
}

function parseScdType(tokens: TokenStream): '1' | '2' {
  tokens.expect('SCD', 'TYPE');
  const { text } = tokens.next();
  if (text === '1' || text === '2') return text;
  throw tokens.unexpected('1 or 2');
}

/** What means something inside a pipeline only, whose updates then run on local Spark. */
export function pipelineOnly(what: string, span: Span): ProblemError {
  return new ProblemError({
    code: 'sql.pipeline-only',
    message: `${what} belongs to a pipeline, whose update then runs on local Spark.`,
    span,
    nextStep: 'Name the file in the libraries of a pipeline, and run the pipeline.',
  });
}
