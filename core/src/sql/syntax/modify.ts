import { parseName, parseQualifiedName } from './names.ts';
import type { Expression } from './nodes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parseSource } from './sources.ts';
import type {
  Assignment,
  MergeAction,
  MergeClauseNode,
  ModifiedTable,
  StatementNode,
  TargetColumn,
} from './statement-nodes.ts';
import type { TokenStream } from './token-stream.ts';

/** What follows `MERGE`. */
export function parseMerge(tokens: TokenStream): StatementNode {
  const evolves = tokens.accept('WITH', 'SCHEMA', 'EVOLUTION');
  tokens.expect('INTO');
  const table = parseModified(tokens, 'USING');
  tokens.expect('USING');
  const first = tokens.peek();
  const source = parseSource(tokens);
  if (source.kind === 'join' || source.kind === 'lateralView' || source.kind === 'pivot')
    throw syntaxProblem('The source of MERGE is one table or one query in parentheses.', tokens.spanFrom(first));
  tokens.expect('ON');
  const on = tokens.grammar.expression(tokens);
  const clauses: MergeClauseNode[] = [];
  while (tokens.sees('WHEN')) clauses.push(parseClause(tokens));
  if (clauses.length === 0) throw tokens.unexpected('WHEN');
  checkOrder(clauses);
  return { kind: 'merge', ...table, evolves, source, on, clauses };
}

/** What follows `UPDATE`. */
export function parseUpdate(tokens: TokenStream): StatementNode {
  const table = parseModified(tokens, 'SET');
  tokens.expect('SET');
  const assignments = parseAssignments(tokens);
  return { kind: 'update', ...table, assignments, where: parseWhere(tokens) };
}

/** What follows `DELETE FROM`. */
export function parseDelete(tokens: TokenStream): StatementNode {
  const table = parseModified(tokens, 'WHERE');
  return { kind: 'delete', ...table, where: parseWhere(tokens) };
}

function parseWhere(tokens: TokenStream): Expression | undefined {
  return tokens.accept('WHERE') ? tokens.grammar.expression(tokens) : undefined;
}

function parseModified(tokens: TokenStream, next: string): ModifiedTable {
  const target = parseQualifiedName(tokens);
  const aliased = tokens.accept('AS') || !(tokens.sees(next) || tokens.isEnd());
  return { target, alias: aliased ? parseName(tokens) : undefined };
}

function parseClause(tokens: TokenStream): MergeClauseNode {
  const start = tokens.expect('WHEN');
  const not = tokens.accept('NOT');
  tokens.expect('MATCHED');
  const bySource = not && tokens.accept('BY', 'SOURCE');
  if (not && !bySource) tokens.accept('BY', 'TARGET');
  const on = bySource ? 'notMatchedBySource' : not ? 'notMatched' : 'matched';
  const condition = tokens.accept('AND') ? tokens.grammar.expression(tokens) : undefined;
  tokens.expect('THEN');
  const action = parseAction(tokens);
  const fits = action.kind === 'insert' || action.kind === 'insertAll' ? on === 'notMatched' : on !== 'notMatched';
  if (!fits) throw syntaxProblem('This action cannot stand in this WHEN clause.', tokens.spanFrom(start));
  if (action.kind === 'updateAll' && bySource)
    throw syntaxProblem('UPDATE SET * needs a row of the source.', tokens.spanFrom(start));
  return { on, condition, action, ...tokens.spanFrom(start) };
}

function parseAction(tokens: TokenStream): MergeAction {
  if (tokens.accept('DELETE')) return { kind: 'delete' };
  if (tokens.accept('UPDATE')) {
    tokens.expect('SET');
    refuseExcept(tokens);
    return tokens.acceptOperator('*')
      ? { kind: 'updateAll' }
      : { kind: 'update', assignments: parseAssignments(tokens) };
  }
  tokens.expect('INSERT');
  refuseExcept(tokens);
  if (tokens.acceptOperator('*')) return { kind: 'insertAll' };
  const start = tokens.peek();
  const columns = tokens.parenthesized(() => tokens.list(() => columnName(tokens)));
  tokens.expect('VALUES');
  const values = tokens.parenthesized(() => tokens.list(() => tokens.grammar.expression(tokens)));
  if (columns.length !== values.length)
    throw syntaxProblem(`${values.length} values stand for ${columns.length} columns.`, tokens.spanFrom(start));
  return { kind: 'insert', assignments: columns.map((column, index) => assignment(column, values[index])) };
}

function assignment(column: TargetColumn, value: Expression | undefined): Assignment {
  if (!value) throw new Error('a column without a value');
  return { column, value };
}

function refuseExcept(tokens: TokenStream): void {
  if (tokens.seesOperator('*') && tokens.peek(1).keyword === 'EXCEPT')
    throw notEmulated('* EXCEPT in MERGE', tokens.peek(), 'Name the columns.');
}

function parseAssignments(tokens: TokenStream): Assignment[] {
  return tokens.list(() => {
    const column = columnName(tokens);
    if (!tokens.acceptOperator('==')) tokens.expectOperator('=');
    return { column, value: tokens.grammar.expression(tokens) };
  });
}

/** A column of the target, perhaps behind the target's name. */
function columnName(tokens: TokenStream): TargetColumn {
  const parts = parseQualifiedName(tokens);
  const last = parts.at(-1);
  const first = parts[0];
  if (!last || !first) throw tokens.unexpected('a column');
  return { text: last.text, qualifier: parts.slice(0, -1), start: first.start, end: last.end };
}

/** Only the last clause of a kind may be without a condition: those after it would never be reached. */
function checkOrder(clauses: readonly MergeClauseNode[]): void {
  for (const [index, clause] of clauses.entries()) {
    const later = clauses.slice(index + 1).find(({ on }) => on === clause.on);
    if (clause.condition || !later) continue;
    throw syntaxProblem('Only the last WHEN clause of its kind may be without a condition.', clause);
  }
}
