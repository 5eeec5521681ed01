import type { StatementKind } from '../contract.ts';
import { parseAlterTable } from './alter-table.ts';
import { parseCopyInto } from './copy-into.ts';
import { CATALOG_RULES } from './catalog-commands.ts';
import { parseDataset } from './datasets.ts';
import { parseExpression } from './expressions.ts';
import { parseApplyChanges, parseCreateFlow, pipelineOnly } from './flows.ts';
import { parseDetail, parseHistory, parseOptimize, parseRestore, parseSetting, parseVacuum } from './maintenance.ts';
import { parseDelete, parseMerge, parseUpdate } from './modify.ts';
import { parseInsert, parseQueryOrInsert } from './inserts.ts';
import { parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parsePrimary } from './primary.ts';
import { parseQuery } from './queries.ts';
import {
  parseCreateSchema,
  parseDescribeQuery,
  parseDropSchema,
  parseSchemaName,
  parseShowColumns,
} from './schemas.ts';
import type { StatementNode } from './statement-nodes.ts';
import { parseCreateTable } from './table-definitions.ts';
import { parseCompound } from './compound.ts';
import { parseCreateFunction, parseDropFunction } from './routines.ts';
import { type Grammar, type Outside, TokenStream } from './token-stream.ts';
import { parseDeclare, parseDropVariable, parseExecuteImmediate, parseSetVariable } from './variables.ts';
import { parseAlterView, parseCreateView, parseShowViews, parseTemporaryView } from './views.ts';

const GRAMMAR: Grammar = { expression: parseExpression, value: parsePrimary, query: (tokens) => parseQuery(tokens) };

export function createTokenStream(
  tokens: TokenStream['tokens'],
  parameters: TokenStream['parameters'],
  outside?: Outside,
): TokenStream {
  return new TokenStream(tokens, GRAMMAR, parameters, outside);
}

interface StatementRule {
  readonly words: readonly string[];
  readonly kind: StatementKind;
  /** Reads what follows the words; absent: the statement is refused by its words. */
  readonly parse?: (tokens: TokenStream) => StatementNode;
  readonly nextStep?: string;
}

/** `CREATE <words>` and its other openings, `CREATE OR REFRESH <words>`. */
function dataset(
  kind: 'createMaterializedView' | 'createStreamingTable',
  words: readonly string[],
  ...openings: readonly (readonly string[])[]
): StatementRule[] {
  return [[], ...openings].map((opening) => {
    const all = ['CREATE', ...opening, ...words];
    return { words: all, kind, parse: (tokens) => parseDataset(skip(tokens, all.length), kind, opening.length > 0) };
  });
}

/** A statement that is read to its end, and is a pipeline's alone. */
function pipelineStatement(
  what: string,
  words: number,
  read: (tokens: TokenStream) => unknown,
): (tokens: TokenStream) => StatementNode {
  return (tokens) => {
    const start = tokens.peek();
    read(skip(tokens, words));
    if (!tokens.isEnd()) throw tokens.unexpected('the end of the statement');
    throw pipelineOnly(what, tokens.spanFrom(start));
  };
}

function privateDataset(words: readonly string[]): StatementRule {
  const kind = words.includes('STREAMING') ? 'createStreamingTable' : 'createMaterializedView';
  const read = (tokens: TokenStream): unknown => parseDataset(tokens, kind, false);
  return { words, kind, parse: pipelineStatement('A private dataset', words.length, read) };
}

/** `name [(...)] AS query`, whose expectations are read as a dataset's. */
function parseLiveView(tokens: TokenStream): unknown {
  return parseDataset(tokens, 'createMaterializedView', false);
}

/** Every statement by its first words; the first entry that fits counts. A word that is in no entry starts no statement of Databricks SQL. */
const STATEMENTS: readonly StatementRule[] = [
  { words: ['USE', 'CATALOG'], kind: 'useCatalog', parse: parseUseCatalog },
  { words: ['USE', 'SCHEMA'], kind: 'useSchema', parse: parseUseSchema },
  { words: ['USE', 'DATABASE'], kind: 'useSchema', parse: parseUseSchema },
  { words: ['USE', 'NAMESPACE'], kind: 'useSchema', parse: parseUseSchema },
  { words: ['USE'], kind: 'useSchema', parse: parseUseSchema },
  { words: ['SELECT'], kind: 'query', parse: parseQueryOrInsert },
  { words: ['WITH'], kind: 'query', parse: parseQueryOrInsert },
  { words: ['VALUES'], kind: 'query', parse: parseQueryOrInsert },
  { words: ['TABLE'], kind: 'query', parse: parseQueryOrInsert },
  { words: ['FROM'], kind: 'query', parse: parseQueryOrInsert },
  { words: ['('], kind: 'query', parse: parseQueryOrInsert },
  {
    words: ['CREATE', 'OR', 'REPLACE', 'TABLE'],
    kind: 'createTable',
    parse: (tokens) => parseCreateTable(skip(tokens, 4), true),
  },
  { words: ['CREATE', 'TABLE'], kind: 'createTable', parse: (tokens) => parseCreateTable(skip(tokens, 2), false) },
  ...['TEMP', 'TEMPORARY'].flatMap((word) =>
    [false, true].flatMap((global) =>
      [false, true].map((orReplace): StatementRule => {
        const words = ['CREATE', ...(orReplace ? ['OR', 'REPLACE'] : []), ...(global ? ['GLOBAL'] : []), word, 'VIEW'];
        const options = { orReplace, global };
        return {
          words,
          kind: 'createTemporaryView',
          parse: (tokens) => parseTemporaryView(skip(tokens, words.length), options),
        };
      }),
    ),
  ),
  ...['SCHEMA', 'DATABASE'].flatMap((word): StatementRule[] => [
    { words: ['CREATE', word], kind: 'createSchema', parse: (tokens) => parseCreateSchema(skip(tokens, 2)) },
    { words: ['DROP', word], kind: 'dropSchema', parse: (tokens) => parseDropSchema(skip(tokens, 2)) },
  ]),
  { words: ['SHOW', 'COLUMNS'], kind: 'showColumns', parse: (tokens) => parseShowColumns(skip(tokens, 2)) },
  ...(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'STREAMING TABLE'] as const).map((object): StatementRule => {
    const words = ['DROP', ...object.split(' ')];
    return { words, kind: 'dropTable', parse: (tokens) => parseDrop(skip(tokens, words.length), object) };
  }),
  { words: ['INSERT', 'INTO'], kind: 'insert', parse: parseInsert },
  { words: ['INSERT', 'OVERWRITE'], kind: 'insert', parse: parseInsert },
  ...dataset('createStreamingTable', ['STREAMING', 'TABLE'], ['OR', 'REFRESH']),
  ...dataset('createMaterializedView', ['MATERIALIZED', 'VIEW'], ['OR', 'REFRESH'], ['OR', 'REPLACE']),
  // As Delta Live Tables wrote them.
  ...dataset('createStreamingTable', ['STREAMING', 'LIVE', 'TABLE'], ['OR', 'REFRESH']),
  ...dataset('createStreamingTable', ['INCREMENTAL', 'LIVE', 'TABLE'], ['OR', 'REFRESH']),
  ...dataset('createMaterializedView', ['LIVE', 'TABLE'], ['OR', 'REFRESH']),
  ...['PRIVATE', 'TEMPORARY'].flatMap((word) =>
    [[], ['OR', 'REFRESH']].flatMap((opening) =>
      [
        ['STREAMING', 'TABLE'],
        ['STREAMING', 'LIVE', 'TABLE'],
        ['MATERIALIZED', 'VIEW'],
        ['LIVE', 'TABLE'],
      ].map((words): StatementRule => privateDataset(['CREATE', ...opening, word, ...words])),
    ),
  ),
  ...['TEMPORARY', 'TEMP', 'STREAMING', ''].map((word): StatementRule => {
    const words = ['CREATE', ...(word === '' ? [] : [word]), 'LIVE', 'VIEW'];
    return { words, kind: 'other', parse: pipelineStatement('A view of a pipeline', words.length, parseLiveView) };
  }),
  { words: ['CREATE', 'FLOW'], kind: 'other', parse: pipelineStatement('A flow', 2, parseCreateFlow) },
  { words: ['APPLY', 'CHANGES', 'INTO'], kind: 'other', parse: pipelineStatement('A flow', 3, parseApplyChanges) },
  {
    words: ['CREATE', 'OR', 'REPLACE', 'STREAMING', 'TABLE'],
    kind: 'createStreamingTable',
    nextStep: 'Databricks does not take it either: write CREATE OR REFRESH STREAMING TABLE.',
  },
  {
    words: ['CREATE', 'OR', 'REPLACE', 'VIEW'],
    kind: 'createView',
    parse: (tokens) => parseCreateView(skip(tokens, 4), true),
  },
  { words: ['CREATE', 'VIEW'], kind: 'createView', parse: (tokens) => parseCreateView(skip(tokens, 2), false) },
  { words: ['ALTER', 'VIEW'], kind: 'alterView', parse: (tokens) => parseAlterView(skip(tokens, 2)) },
  { words: ['SHOW', 'VIEWS'], kind: 'showViews', parse: (tokens) => parseShowViews(skip(tokens, 2)) },
  { words: ['MERGE'], kind: 'merge', parse: (tokens) => parseMerge(skip(tokens, 1)) },
  { words: ['UPDATE'], kind: 'update', parse: (tokens) => parseUpdate(skip(tokens, 1)) },
  { words: ['DELETE', 'FROM'], kind: 'delete', parse: (tokens) => parseDelete(skip(tokens, 2)) },
  { words: ['ALTER', 'TABLE'], kind: 'alterTable', parse: (tokens) => parseAlterTable(skip(tokens, 2)) },
  {
    words: ['TRUNCATE', 'TABLE'],
    kind: 'truncate',
    parse: (tokens) => ({ kind: 'truncate', target: parseQualifiedName(skip(tokens, 2)) }),
  },
  ...['DESCRIBE', 'DESC'].flatMap((word): StatementRule[] => [
    { words: [word, 'HISTORY'], kind: 'describe', parse: (tokens) => parseHistory(skip(tokens, 2)) },
    { words: [word, 'DETAIL'], kind: 'describe', parse: (tokens) => parseDetail(skip(tokens, 2)) },
    ...['QUERY', 'SELECT', 'WITH', 'VALUES'].map((opening): StatementRule => ({
      words: [word, opening],
      kind: 'describeQuery',
      parse: (tokens) => parseDescribeQuery(skip(tokens, 1)),
    })),
  ]),
  ...CATALOG_RULES.map(({ words, parse }): StatementRule => ({
    words,
    kind: 'catalog',
    parse: (tokens) => parse(skip(tokens, words.length)),
  })),
  { words: ['OPTIMIZE'], kind: 'optimize', parse: (tokens) => parseOptimize(skip(tokens, 1)) },
  { words: ['RESTORE'], kind: 'restore', parse: (tokens) => parseRestore(skip(tokens, 1)) },
  { words: ['VACUUM'], kind: 'vacuum', parse: (tokens) => parseVacuum(skip(tokens, 1)) },
  { words: ['COPY', 'INTO'], kind: 'copyInto', parse: (tokens) => parseCopyInto(skip(tokens, 2)) },
  ...[false, true].flatMap((orReplace) =>
    ['', 'TEMP', 'TEMPORARY'].map((word): StatementRule => {
      const words = ['CREATE', ...(orReplace ? ['OR', 'REPLACE'] : []), ...(word === '' ? [] : [word]), 'FUNCTION'];
      const options = { orReplace, temporary: word !== '' };
      return {
        words,
        kind: 'createFunction',
        parse: (tokens) => parseCreateFunction(skip(tokens, words.length), options),
      };
    }),
  ),
  { words: ['DROP', 'FUNCTION'], kind: 'dropFunction', parse: (tokens) => parseDropFunction(skip(tokens, 2), false) },
  ...['TEMP', 'TEMPORARY'].flatMap((word): StatementRule[] => [
    {
      words: ['DROP', word, 'FUNCTION'],
      kind: 'dropFunction',
      parse: (tokens) => parseDropFunction(skip(tokens, 3), true),
    },
    { words: ['DROP', word, 'VARIABLE'], kind: 'dropVariable', parse: (tokens) => parseDropVariable(skip(tokens, 3)) },
  ]),
  { words: ['DECLARE'], kind: 'declareVariable', parse: (tokens) => parseDeclare(skip(tokens, 1)) },
  ...['VAR', 'VARIABLE'].map((word): StatementRule => ({
    words: ['SET', word],
    kind: 'setVariables',
    parse: (tokens) => parseSetVariable(skip(tokens, 2)),
  })),
  {
    words: ['EXECUTE', 'IMMEDIATE'],
    kind: 'executeImmediate',
    parse: (tokens) => parseExecuteImmediate(skip(tokens, 2)),
  },
  { words: ['BEGIN'], kind: 'compound', parse: (tokens) => ({ kind: 'compound', block: parseCompound(tokens) }) },
  { words: ['SET'], kind: 'set', parse: (tokens) => parseSetting(skip(tokens, 1)) },
  { words: ['RESET'], kind: 'setConfiguration' },
  ...(
    'CREATE ALTER DROP TRUNCATE INSERT REPLACE OPTIMIZE VACUUM ANALYZE DESCRIBE DESC SHOW EXPLAIN GRANT REVOKE DENY REFRESH CACHE UNCACHE CLEAR RESTORE FSCK ' +
    'REORG GENERATE CONVERT CLONE COMMENT SYNC UNDROP MSCK LIST GET PUT REMOVE BEGIN DECLARE EXECUTE CALL IF FOR WHILE LOOP REPEAT LEAVE ITERATE SIGNAL RESIGNAL ' +
    'MAP REDUCE APPLY ADD COMMIT ROLLBACK START LOAD EXPORT IMPORT LOCK UNLOCK REPAIR UNSET'
  )
    .split(' ')
    .map((word): StatementRule => ({ words: [word], kind: 'other' })),
];

function ruleOf(tokens: TokenStream): StatementRule | undefined {
  return STATEMENTS.find(({ words }) => (words[0] === '(' ? tokens.seesOperator('(') : tokens.sees(...words)));
}

/** What kind a statement is, as far as its first words tell. */
export function statementKind(tokens: TokenStream): StatementKind {
  return ruleOf(tokens)?.kind ?? 'other';
}

/** @throws ProblemError `sql.syntax`, `sql.not-emulated`, `sql.unbound-parameter`, `sql.invalid-identifier`. */
export function parseStatement(tokens: TokenStream): StatementNode {
  const first = tokens.peek();
  const rule = ruleOf(tokens);
  if (!rule) throw syntaxProblem(`No statement starts with "${first.text}".`, first);
  if (!rule.parse)
    throw notEmulated(
      statementName(tokens, rule),
      { start: first.start, end: tokens.peek(rule.words.length - 1).end },
      rule.nextStep,
    );
  const node = rule.parse(tokens);
  if (!tokens.isEnd()) throw tokens.unexpected('the end of the statement');
  return node;
}

/** Words between a verb and what it is about: CREATE OR REPLACE TEMPORARY FUNCTION creates a function. */
const MODIFIERS: ReadonlySet<string> = new Set(['OR', 'REPLACE', 'REFRESH', 'GLOBAL', 'TEMPORARY', 'TEMP', 'EXTERNAL']);

function statementName(tokens: TokenStream, { words }: StatementRule): string {
  if (words.length > 1) return words.join(' ');
  let at = 1;
  while (MODIFIERS.has(tokens.peek(at).keyword)) at += 1;
  const second = tokens.peek(at);
  return second.kind === 'word' && /^(CREATE|DROP|ALTER|SHOW|DESCRIBE|INSERT|EXECUTE)$/.test(words[0] ?? '')
    ? `${words[0] ?? ''} ${second.keyword}`
    : (words[0] ?? '');
}

function skip(tokens: TokenStream, count: number): TokenStream {
  for (let index = 0; index < count; index++) tokens.next();
  return tokens;
}

function parseUseCatalog(tokens: TokenStream): StatementNode {
  skip(tokens, 2);
  const token = tokens.peek();
  if (token.kind === 'string') {
    tokens.next();
    return { kind: 'useCatalog', catalog: tokens.nameFrom(token) };
  }
  const [catalog, extra] = parseQualifiedName(tokens);
  if (!catalog || extra) throw syntaxProblem('A catalog has one name.', tokens.spanFrom(token));
  return { kind: 'useCatalog', catalog };
}

function parseUseSchema(tokens: TokenStream): StatementNode {
  tokens.next();
  if (tokens.seesOneOf('SCHEMA', 'DATABASE', 'NAMESPACE')) tokens.next();
  return { kind: 'useSchema', parts: parseSchemaName(tokens) };
}

function parseDrop(
  tokens: TokenStream,
  object: Extract<StatementNode, { kind: 'dropTable' }>['object'],
): StatementNode {
  const ifExists = tokens.accept('IF', 'EXISTS');
  const target = parseQualifiedName(tokens);
  if (tokens.sees('PURGE')) throw notEmulated('PURGE', tokens.peek());
  return { kind: 'dropTable', target, ifExists, object };
}
