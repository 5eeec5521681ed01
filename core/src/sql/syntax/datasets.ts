import { typeText } from '../types/spark-type.ts';
import type { ColumnName } from '../compiled-statement.ts';
import { parseStoredType } from './column-definitions.ts';
import { parseOwnFlow, pipelineOnly } from './flows.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated } from './problem.ts';
import type { DatasetParts, ExpectationNode, StatementNode } from './statement-nodes.ts';
import { type TableClauseParts, newClauses, parseTableClause } from './table-definitions.ts';
import type { TokenStream } from './token-stream.ts';
import { parseComment } from './views.ts';

/** What follows `CREATE ... MATERIALIZED VIEW` and `CREATE ... STREAMING TABLE`. */
export function parseDataset(
  tokens: TokenStream,
  kind: 'createMaterializedView' | 'createStreamingTable',
  orReplace: boolean,
): StatementNode {
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  const target = parseQualifiedName(tokens);
  const specification = tokens.seesOperator('(') ? parseSpecification(tokens) : { columns: [], expectations: [] };
  const clauses = newClauses();
  while (parseDatasetClause(tokens, clauses));
  if (kind === 'createStreamingTable' && tokens.accept('FLOW')) {
    parseOwnFlow(tokens);
    throw pipelineOnly('A flow', tokens.spanFrom(target[0] ?? tokens.peek()));
  }
  if (kind === 'createStreamingTable' && tokens.isEnd())
    throw pipelineOnly('A streaming table that flows fill', tokens.spanFrom(target[0] ?? tokens.peek()));
  if (!tokens.accept('AS')) throw tokens.unexpected('AS and a query');
  const query = tokens.grammar.query(tokens);
  const mode = orReplace ? 'createOrReplace' : ifNotExists ? 'createIfNotExists' : 'create';
  const { columns, expectations } = specification;
  const parts: DatasetParts = { target, mode, ...clauses, expectations, query };
  return { kind, ...parts, columns: columns.length > 0 ? columns : undefined };
}

/** When a dataset refreshes itself is the cloud's affair: locally it is refreshed when its statement runs. */
function parseDatasetClause(tokens: TokenStream, clauses: TableClauseParts): boolean {
  if (tokens.accept('SCHEDULE') || tokens.sees('TRIGGER', 'ON')) {
    while (!tokens.isEnd() && !tokens.seesOneOf('AS', 'COMMENT', 'TBLPROPERTIES', 'PARTITIONED', 'CLUSTER'))
      tokens.next();
    return true;
  }
  if (tokens.sees('WITH')) throw notEmulated('WITH in the definition of a dataset', tokens.peek(), 'Leave it out.');
  return parseTableClause(tokens, clauses);
}

function parseSpecification(tokens: TokenStream): { columns: ColumnName[]; expectations: ExpectationNode[] } {
  const columns: ColumnName[] = [];
  const expectations: ExpectationNode[] = [];
  tokens.parenthesized(() =>
    tokens.list(() => {
      if (tokens.sees('CONSTRAINT')) expectations.push(parseExpectation(tokens));
      else columns.push(parseDatasetColumn(tokens));
    }),
  );
  return { columns, expectations };
}

function parseDatasetColumn(tokens: TokenStream): ColumnName {
  const name = parseName(tokens);
  const bare = tokens.seesOperator(',') || tokens.seesOperator(')') || tokens.sees('COMMENT');
  const typed = bare ? {} : { typeText: typeText(parseStoredType(tokens)) };
  const comment = parseComment(tokens);
  if (!tokens.seesOperator(',') && !tokens.seesOperator(')'))
    throw notEmulated(`${tokens.peek().text.toUpperCase()} in a column of a dataset`, tokens.peek());
  return { name: name.text, ...typed, ...comment };
}

/** `CONSTRAINT name EXPECT (condition) [ON VIOLATION {FAIL UPDATE | DROP ROW}]` */
function parseExpectation(tokens: TokenStream): ExpectationNode {
  const start = tokens.expect('CONSTRAINT');
  const name = parseName(tokens);
  if (!tokens.accept('EXPECT')) throw notEmulated('A key constraint of a dataset', tokens.spanFrom(start));
  const condition = tokens.parenthesized(() => tokens.grammar.expression(tokens));
  if (!tokens.accept('ON', 'VIOLATION')) return { name: name.text, condition, onViolation: 'keep' };
  if (tokens.accept('DROP', 'ROW')) return { name: name.text, condition, onViolation: 'dropRow' };
  tokens.expect('FAIL', 'UPDATE');
  return { name: name.text, condition, onViolation: 'failUpdate' };
}
