import type { SqlSource } from '../sql/contract.ts';
import type { Token } from '../sql/syntax/lexer.ts';
import { notEmulated, ProblemError, syntaxProblem } from '../sql/syntax/problem.ts';
import { type Located, type SparkText, sparkTexts } from './spark-statements.ts';
import type { FilesCall } from './read-files-text.ts';

/** A dataset that SQL defines in a pipeline whose other sources are Python: Spark runs its query. */
export interface SqlDataset {
  /** As written, its quotes included. */
  readonly name: string;
  readonly kind: 'streaming' | 'materialized' | 'view';
  readonly isPrivate: boolean;
  /** As open-source Spark reads it. */
  readonly query: string;
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

/**
 * The datasets that a SQL source of a pipeline defines.
 * @throws ExpectedError `sql.syntax` or `sql.not-emulated`, at the statement
 */
export function sqlDatasets(source: SqlSource): readonly SqlDataset[] {
  return sparkTexts(source, (text, located) => new DefinitionReader(source.text, text, located).read());
}

/** Reads one `CREATE ...` up to its query, which stays as it is. */
class DefinitionReader {
  readonly #text: string;
  readonly #statement: SparkText;
  readonly #tokens: readonly Token[];
  readonly #line: number;
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
    const start = this.#expect('AS').end;
    return {
      name,
      kind,
      isPrivate,
      expectations,
      ...clauses,
      query: this.#statement.sparkFrom(start),
      files: this.#statement.files,
      line: this.#line,
    };
  }

  /** `CREATE [OR REFRESH] [PRIVATE] {STREAMING TABLE | MATERIALIZED VIEW | TEMPORARY VIEW}`, and `LIVE` as it was written before. */
  #head(): Pick<SqlDataset, 'kind' | 'isPrivate'> {
    const first = this.#peek();
    if (!this.#accept('CREATE')) throw noDefinition(this.#statement, first);
    if (this.#accept('OR') && !this.#accept('REFRESH')) this.#expect('REPLACE');
    const isPrivate = this.#accept('PRIVATE');
    const isTemporary = this.#accept('TEMPORARY');
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
      const name = this.#accept('CONSTRAINT') ? this.#next() : undefined;
      if (!name)
        throw notEmulated('A list of columns of a dataset beside Python', this.#peek(), 'Name them in the query.');
      this.#expect('EXPECT');
      expectations.push({ name: name.text, condition: this.#parenthesized(), action: this.#violation() });
      if (this.#next().text === ')') return expectations;
    }
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
    while (!this.#sees('AS')) {
      if (this.#accept('COMMENT')) comment = this.#next().text;
      else if (this.#accept('TBLPROPERTIES')) Object.assign(properties, this.#pairs());
      else if (this.#accept('PARTITIONED')) partitionedBy.push(...this.#names());
      else if (this.#accept('CLUSTER')) clusteredBy.push(...this.#names());
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
