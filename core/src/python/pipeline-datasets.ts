import type { SqlSource } from '../sql/contract.ts';
import {
  type ColumnChoice,
  type FlowBody,
  parseApplyChanges,
  parseCreateFlow,
  parseOwnFlow,
} from '../sql/syntax/flows.ts';
import { type Token, tokenize } from '../sql/syntax/lexer.ts';
import { notEmulated, ProblemError, type Span, syntaxProblem } from '../sql/syntax/problem.ts';
import { splitStatements } from '../sql/syntax/splitter.ts';
import { createTokenStream } from '../sql/syntax/statements.ts';
import { type Located, type SparkText, sparkTexts } from './spark-statements.ts';
import type { FilesCall } from './read-files-text.ts';

/** A dataset that SQL defines in a pipeline whose other sources are Python: Spark runs its query. */
export interface SqlDataset {
  /** As written, its quotes included. */
  readonly name: string;
  readonly kind: 'streaming' | 'materialized' | 'view';
  readonly isPrivate: boolean;
  /** As open-source Spark reads it; absent where flows fill it. */
  readonly query?: string;
  /** Its columns as they are written, where flows fill it. */
  readonly schema?: string;
  readonly files: readonly FilesCall[];
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly partitionedBy: readonly string[];
  readonly clusteredBy: readonly string[];
  readonly expectations: readonly {
    readonly name: string;
    readonly condition: string;
    readonly action: 'warn' | 'drop' | 'fail';
  }[];
  readonly line: number;
}

/** A flow into a streaming table of the pipeline. */
export type SqlFlow = {
  readonly name?: string;
  /** As written, its quotes included. */
  readonly target: string;
  readonly line: number;
} & (
  | { readonly kind: 'query' | 'once'; readonly query: string; readonly files: readonly FilesCall[] }
  | { readonly kind: 'cdc'; readonly changes: SqlChanges }
);

/** AUTO CDC. Texts are Spark's expressions. */
export interface SqlChanges {
  /** A name as written, or a query whose rows are the changes. */
  readonly source: { readonly name: string } | { readonly query: string; readonly files: readonly FilesCall[] };
  readonly keys: readonly string[];
  readonly sequence: string;
  readonly deletes?: string;
  readonly columns?: ColumnChoice;
  readonly tracked?: ColumnChoice;
  readonly scdType: '1' | '2';
}

export interface SqlDefinitions {
  readonly datasets: readonly SqlDataset[];
  readonly flows: readonly SqlFlow[];
}

/**
 * The datasets and flows that a SQL source of a pipeline defines.
 * @throws ExpectedError `sql.syntax` or `sql.not-emulated`, at the statement
 */
export function sqlDefinitions(source: SqlSource): SqlDefinitions {
  const all = sparkTexts(source, (text, located) =>
    isFlow(text)
      ? { datasets: [], flows: [readFlow(source.text, text, located)] }
      : readDataset(source.text, text, located),
  );
  return { datasets: all.flatMap(({ datasets }) => datasets), flows: all.flatMap(({ flows }) => flows) };
}

/** True where a source of SQL holds what only an update on Spark does: flows, private datasets, views of the pipeline. */
export function needsSpark(text: string): boolean {
  return splitStatements(tokenize(text)).some((tokens) => {
    const words = tokens.map(({ keyword }) => keyword);
    const opening = words.slice(0, 4);
    if (opening[0] === 'APPLY' || opening[1] === 'FLOW') return true;
    if (opening[0] !== 'CREATE') return false;
    if (opening.some((word) => ['PRIVATE', 'TEMPORARY', 'TEMP'].includes(word))) return true;
    if (opening.includes('LIVE') && opening.includes('VIEW')) return true;
    const hasFlow = words.some((word, at) => word === 'FLOW' && /^(AUTO|INSERT|REPLACE)$/.test(words[at + 1] ?? ''));
    return opening.includes('STREAMING') && (hasFlow || !words.includes('AS'));
  });
}

function isFlow({ tokens }: SparkText): boolean {
  const [first, second] = tokens;
  return first?.keyword === 'APPLY' || (first?.keyword === 'CREATE' && second?.keyword === 'FLOW');
}

function readFlow(source: string, statement: SparkText, { line }: Located): SqlFlow {
  const tokens = createTokenStream(statement.tokens, undefined);
  const applies = tokens.accept('APPLY', 'CHANGES', 'INTO');
  if (!applies) tokens.expect('CREATE', 'FLOW');
  const { name, target, body } = applies ? parseApplyChanges(tokens) : parseCreateFlow(tokens);
  if (!tokens.isEnd()) throw tokens.unexpected('the end of the flow');
  const named = name ? { name: name.text } : {};
  return { ...named, target: nameText(source, target), line, ...flowBody(source, statement, body) };
}

function flowBody(source: string, statement: SparkText, body: FlowBody) {
  const text = ({ start, end }: Span): string => source.slice(start, end);
  if (body.kind === 'insert') {
    const kind: 'query' | 'once' = body.once ? 'once' : 'query';
    return { kind, query: statement.sparkFrom(body.query.start), files: statement.files };
  }
  const { from, keys, sequence, deletes, columns, tracked, scdType } = body.changes;
  const changes: SqlChanges = {
    source:
      from.kind === 'name'
        ? { name: nameText(source, from.name) }
        : { query: statement.sparkBetween(from.span), files: statement.files },
    keys,
    sequence: text(sequence),
    ...(deletes ? { deletes: text(deletes) } : {}),
    ...(columns ? { columns } : {}),
    ...(tracked ? { tracked } : {}),
    scdType,
  };
  return { kind: 'cdc' as const, changes };
}

function nameText(source: string, parts: readonly Span[]): string {
  return source.slice(parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0);
}

function readDataset(source: string, statement: SparkText, located: Located): SqlDefinitions {
  const reader = new DefinitionReader(source, statement, located);
  const dataset = reader.read();
  const at = reader.flowAt;
  if (at === undefined) return { datasets: [dataset], flows: [] };
  const tokens = createTokenStream(statement.tokens.slice(at), undefined);
  const body = parseOwnFlow(tokens);
  if (!tokens.isEnd()) throw tokens.unexpected('the end of the flow');
  const flow = { target: dataset.name, line: dataset.line, ...flowBody(source, statement, body) };
  return { datasets: [dataset], flows: [flow] };
}

/** Reads one `CREATE ...` up to its query, which stays as it is. */
class DefinitionReader {
  readonly #text: string;
  readonly #statement: SparkText;
  readonly #tokens: readonly Token[];
  readonly #line: number;
  readonly #columns: string[] = [];
  readonly #columnTokens: Token[] = [];
  /** The token after `FLOW`, where the dataset has one of its own. */
  flowAt: number | undefined;
  #at = 0;

  constructor(text: string, statement: SparkText, { line }: Located) {
    this.#text = text;
    this.#statement = statement;
    this.#tokens = statement.tokens;
    this.#line = line;
  }

  read(): SqlDataset {
    const { kind, isPrivate } = this.#head();
    if (this.#accept('IF')) for (const word of ['NOT', 'EXISTS']) this.#expect(word);
    const name = this.#name();
    const expectations = this.#peek().text === '(' ? this.#specification() : [];
    const clauses = this.#clauses();
    const parts = { name, kind, isPrivate, expectations, ...clauses, line: this.#line };
    const filled = kind === 'streaming' && (this.#peek().kind === 'end' || this.#sees('FLOW'));
    if (filled) {
      if (this.#accept('FLOW')) this.flowAt = this.#at;
      const schema = this.#columns.length > 0 ? { schema: this.#columns.join(', ') } : {};
      return { ...parts, ...schema, files: [] };
    }
    const [column] = this.#columnTokens;
    if (column) throw notEmulated('A list of columns of a dataset beside Python', column, 'Name them in the query.');
    const start = this.#expect('AS').end;
    return { ...parts, query: this.#statement.sparkFrom(start), files: this.#statement.files };
  }

  /** `CREATE [OR REFRESH] [PRIVATE] {STREAMING TABLE | MATERIALIZED VIEW | TEMPORARY VIEW}`, and `LIVE` as it was written before. */
  #head(): Pick<SqlDataset, 'kind' | 'isPrivate'> {
    const first = this.#peek();
    if (!this.#accept('CREATE')) throw noDefinition(this.#statement, first);
    if (this.#accept('OR') && !this.#accept('REFRESH')) this.#expect('REPLACE');
    const isPrivate = this.#accept('PRIVATE');
    const isTemporary = this.#accept('TEMPORARY') || this.#accept('TEMP');
    const streams = this.#accept('STREAMING');
    const isMaterialized = this.#accept('MATERIALIZED');
    const isLive = this.#accept('LIVE');
    if (!isMaterialized && (streams || isLive) && this.#accept('TABLE')) {
      return { kind: streams ? 'streaming' : 'materialized', isPrivate: isPrivate || isTemporary };
    }
    if (!this.#accept('VIEW')) throw noDefinition(this.#statement, first);
    return isMaterialized ? { kind: 'materialized', isPrivate } : { kind: 'view', isPrivate: true };
  }

  #name(): string {
    const start = this.#next();
    let end = start.end;
    while (this.#peek().text === '.') {
      this.#next();
      end = this.#next().end;
    }
    return this.#text.slice(start.start, end);
  }

  #specification(): SqlDataset['expectations'] {
    const expectations: SqlDataset['expectations'][number][] = [];
    this.#next();
    for (;;) {
      if (this.#accept('CONSTRAINT')) {
        const name = this.#next();
        this.#expect('EXPECT');
        expectations.push({ name: name.text, condition: this.#parenthesized(), action: this.#violation() });
      } else this.#column();
      if (this.#next().text === ')') return expectations;
    }
  }

  /** One column, up to the comma or the parenthesis after it. */
  #column(): void {
    const start = this.#peek();
    this.#columnTokens.push(start);
    let end = start.start;
    for (let depth = 0; ;) {
      const token = this.#peek();
      if (depth === 0 && (token.text === ',' || token.text === ')') && token.kind === 'operator') break;
      if (['GENERATED', 'MASK', 'PRIMARY', 'REFERENCES'].includes(token.keyword))
        throw notEmulated(`${token.keyword} in a column of a dataset`, token);
      if (token.kind === 'operator') depth += '(<'.includes(token.text) ? 1 : ')>'.includes(token.text) ? -1 : 0;
      end = this.#next().end;
    }
    this.#columns.push(this.#text.slice(start.start, end));
  }

  #violation(): 'warn' | 'drop' | 'fail' {
    if (!this.#accept('ON')) return 'warn';
    this.#expect('VIOLATION');
    const drops = this.#accept('DROP');
    if (!drops) this.#expect('FAIL');
    this.#expect(drops ? 'ROW' : 'UPDATE');
    return drops ? 'drop' : 'fail';
  }

  #clauses(): Pick<SqlDataset, 'comment' | 'properties' | 'partitionedBy' | 'clusteredBy'> {
    let comment: string | undefined;
    const properties: Record<string, string> = {};
    const partitionedBy: string[] = [];
    const clusteredBy: string[] = [];
    while (!this.#sees('AS') && !this.#sees('FLOW') && this.#peek().kind !== 'end') {
      if (this.#accept('COMMENT')) comment = this.#next().text;
      else if (this.#accept('TBLPROPERTIES')) Object.assign(properties, this.#pairs());
      else if (this.#accept('PARTITIONED')) partitionedBy.push(...this.#names());
      else if (this.#accept('CLUSTER')) {
        if (this.#tokens[this.#at + 1]?.keyword === 'AUTO') this.#at += 2;
        else clusteredBy.push(...this.#names());
      } else if (this.#accept('USING')) this.#expect('DELTA');
      else throw notEmulated(`${this.#peek().text} in the definition of a dataset beside Python`, this.#peek());
    }
    return {
      ...(comment === undefined ? {} : { comment }),
      properties,
      partitionedBy,
      clusteredBy,
    };
  }

  #pairs(): Readonly<Record<string, string>> {
    const pairs: Record<string, string> = {};
    this.#open();
    do {
      let key = this.#next().text;
      while (this.#peek().text === '.') key += this.#next().text + this.#next().text;
      if (this.#peek().text === '=') this.#next();
      pairs[key] = this.#next().text;
    } while (this.#next().text === ',');
    return pairs;
  }

  /** The text between a parenthesis and the one that closes it. */
  #parenthesized(): string {
    const open = this.#open();
    for (let depth = 1; ;) {
      const token = this.#next();
      if (token.kind === 'operator') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
      if (depth === 0) return this.#text.slice(open.end, token.start).trim();
    }
  }

  /** `BY (a, b)` */
  #names(): readonly string[] {
    this.#expect('BY');
    const names: string[] = [];
    this.#open();
    do names.push(this.#next().text);
    while (this.#next().text === ',');
    return names;
  }

  #open(): Token {
    const token = this.#next();
    if (token.text !== '(') throw syntaxProblem('A parenthesis is expected here.', token);
    return token;
  }

  #peek(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (!token) throw new Error('A statement has no tokens.');
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind === 'end') throw syntaxProblem('The definition ends too early.', token);
    this.#at += 1;
    return token;
  }

  #sees(word: string): boolean {
    return this.#peek().keyword === word;
  }

  #accept(word: string): boolean {
    const found = this.#sees(word);
    if (found) this.#at += 1;
    return found;
  }

  #expect(word: string): Token {
    const token = this.#peek();
    if (!this.#accept(word)) throw syntaxProblem(`${word} is expected here.`, token);
    return token;
  }
}

function noDefinition({ text }: SparkText, token: Token): ProblemError {
  return new ProblemError({
    code: 'jobs.task-not-emulated',
    message: `the pipeline's source holds a statement that defines no dataset: ${text.replaceAll(/\s+/g, ' ').slice(0, 60)}`,
    nextStep: 'CREATE STREAMING TABLE, CREATE MATERIALIZED VIEW and CREATE TEMPORARY VIEW make a pipeline here.',
    span: token,
  });
}
