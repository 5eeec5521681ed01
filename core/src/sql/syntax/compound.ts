import type { Token } from './lexer.ts';
import type { Name } from './nodes.ts';
import { parseName } from './names.ts';
import { notEmulated, type Span, syntaxProblem } from './problem.ts';
import type { StatementTokens } from './splitter.ts';
import type { TokenStream } from './token-stream.ts';

/** A condition that a handler waits for. */
export type HandledCondition =
  | { readonly kind: 'exception' }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'sqlState'; readonly state: string }
  | { readonly kind: 'condition'; readonly name: string };

export interface HandlerNode extends Span {
  readonly conditions: readonly HandledCondition[];
  readonly body: Step;
}

export interface Block extends Span {
  readonly kind: 'block';
  readonly label: string | undefined;
  /** DECLARE name CONDITION FOR SQLSTATE. */
  readonly conditions: ReadonlyMap<string, string>;
  readonly handlers: readonly HandlerNode[];
  readonly steps: readonly Step[];
}

/** A part of a script. Expressions and statements are kept as tokens: they are parsed with what is declared around them. */
export type Step = Span &
  (
    | Omit<Block, 'start' | 'end'>
    | { readonly kind: 'statement'; readonly tokens: StatementTokens; readonly declares: readonly Name[] }
    | {
        readonly kind: 'if';
        readonly branches: readonly { readonly when: StatementTokens; readonly steps: readonly Step[] }[];
        readonly otherwise: readonly Step[] | undefined;
      }
    | {
        readonly kind: 'case';
        readonly operand: StatementTokens | undefined;
        readonly branches: readonly { readonly when: StatementTokens; readonly steps: readonly Step[] }[];
        readonly otherwise: readonly Step[] | undefined;
      }
    | {
        readonly kind: 'while' | 'repeat' | 'loop';
        readonly label: string | undefined;
        readonly condition: StatementTokens | undefined;
        readonly steps: readonly Step[];
      }
    | {
        readonly kind: 'for';
        readonly label: string | undefined;
        readonly variable: Name | undefined;
        readonly query: StatementTokens;
        readonly steps: readonly Step[];
      }
    | { readonly kind: 'leave' | 'iterate'; readonly label: string }
  );

type StepOf<K extends 'if' | 'case'> = Extract<Step, { kind: K }>;

/** `BEGIN [NOT ATOMIC] ... END`, whole. @throws ProblemError `sql.syntax`, `sql.not-emulated`. */
export function parseCompound(tokens: TokenStream): Block {
  return parseBlock(tokens, undefined, []);
}

/** Labels of the blocks and loops around a step, innermost last. */
type Labels = readonly { readonly name: string; readonly loop: boolean }[];

function parseBlock(tokens: TokenStream, label: string | undefined, around: Labels): Block {
  const start = tokens.expect('BEGIN');
  tokens.accept('NOT', 'ATOMIC');
  const labels = label === undefined ? around : [...around, { name: label, loop: false }];
  const conditions = new Map<string, string>();
  const handlers: HandlerNode[] = [];
  const steps: Step[] = [];
  while (!tokens.sees('END')) {
    const at = tokens.peek();
    if (tokens.sees('DECLARE') && tokens.peek(2).keyword === 'CONDITION') declareCondition(tokens, conditions);
    else if (tokens.sees('DECLARE') && tokens.peek(2).keyword === 'HANDLER')
      handlers.push(parseHandler(tokens, labels));
    else {
      const declares = tokens.sees('DECLARE');
      const late = steps.some((step) => step.kind !== 'statement' || step.declares.length === 0) || handlers.length > 0;
      if (declares && late) throw syntaxProblem('DECLARE stands before the statements of its block.', at);
      steps.push(parseStep(tokens, labels));
    }
  }
  tokens.expect('END');
  endLabel(tokens, label);
  return { kind: 'block', label, conditions, handlers, steps, ...tokens.spanFrom(start) };
}

function declareCondition(tokens: TokenStream, conditions: Map<string, string>): void {
  const start = tokens.next();
  const name = parseName(tokens).text.toUpperCase();
  tokens.expect('CONDITION');
  if (conditions.has(name)) throw syntaxProblem(`The condition ${name} is declared twice.`, start);
  conditions.set(name, tokens.accept('FOR') ? sqlState(tokens) : '45000');
  tokens.expectOperator(';');
}

function sqlState(tokens: TokenStream): string {
  tokens.expect('SQLSTATE');
  tokens.accept('VALUE');
  const token = tokens.next();
  if (token.kind !== 'string' || !/^[0-9A-Z]{5}$/i.test(token.text) || token.text.startsWith('00'))
    throw syntaxProblem('A SQLSTATE is five digits and letters.', token);
  return token.text.toUpperCase();
}

function parseHandler(tokens: TokenStream, labels: Labels): HandlerNode {
  const start = tokens.next();
  if (!tokens.accept('EXIT')) throw notEmulated(`A ${tokens.peek().text.toUpperCase()} handler`, tokens.peek());
  tokens.expect('HANDLER', 'FOR');
  const conditions = tokens.list((): HandledCondition => {
    if (tokens.accept('SQLEXCEPTION')) return { kind: 'exception' };
    if (tokens.accept('NOT', 'FOUND')) return { kind: 'notFound' };
    if (tokens.sees('SQLSTATE')) return { kind: 'sqlState', state: sqlState(tokens) };
    const name = tokens.list(() => parseName(tokens).text, '.').join('.');
    return { kind: 'condition', name: name.toUpperCase() };
  });
  return { conditions, body: parseStep(tokens, labels), ...tokens.spanFrom(start) };
}

function parseSteps(tokens: TokenStream, labels: Labels, ...ends: readonly string[]): Step[] {
  const steps: Step[] = [];
  while (!tokens.seesOneOf(...ends)) {
    if (tokens.isEnd()) throw tokens.unexpected(ends.join(' or '));
    steps.push(parseStep(tokens, labels));
  }
  if (steps.length === 0) throw tokens.unexpected('a statement');
  return steps;
}

function parseStep(tokens: TokenStream, around: Labels): Step {
  const start = tokens.peek();
  const labelled = ['word', 'quoted'].includes(start.kind) && tokens.seesOperator(':', 1);
  const label = labelled ? tokens.next().text.toLowerCase() : undefined;
  if (labelled) {
    tokens.next();
    if (around.some(({ name }) => name === label))
      throw syntaxProblem(`The label ${label ?? ''} stands around itself.`, start);
    if (!tokens.seesOneOf('BEGIN', 'WHILE', 'REPEAT', 'LOOP', 'FOR')) throw tokens.unexpected('a block or a loop');
  }
  const step = parseBody(tokens, label, around, start);
  tokens.expectOperator(';');
  return step;
}

function parseBody(tokens: TokenStream, label: string | undefined, around: Labels, start: Token): Step {
  const inside = label === undefined ? around : [...around, { name: label, loop: true }];
  const span = (): Span => tokens.spanFrom(start);
  switch (tokens.peek().keyword) {
    case 'BEGIN':
      return parseBlock(tokens, label, around);
    case 'IF':
      return { ...parseIf(tokens, around), ...span() };
    case 'CASE':
      return { ...parseCaseStep(tokens, around), ...span() };
    case 'WHILE': {
      tokens.next();
      const condition = until(tokens, 'DO');
      tokens.expect('DO');
      const steps = parseSteps(tokens, inside, 'END');
      closeLoop(tokens, 'WHILE', label);
      return { kind: 'while', label, condition, steps, ...span() };
    }
    case 'REPEAT': {
      tokens.next();
      const steps = parseSteps(tokens, inside, 'UNTIL');
      tokens.expect('UNTIL');
      const condition = until(tokens, 'END');
      closeLoop(tokens, 'REPEAT', label);
      return { kind: 'repeat', label, condition, steps, ...span() };
    }
    case 'LOOP': {
      tokens.next();
      const steps = parseSteps(tokens, inside, 'END');
      closeLoop(tokens, 'LOOP', label);
      return { kind: 'loop', label, condition: undefined, steps, ...span() };
    }
    case 'FOR': {
      tokens.next();
      const named = tokens.peek(1).keyword === 'AS';
      const variable = named ? parseName(tokens) : undefined;
      if (named) tokens.expect('AS');
      const query = until(tokens, 'DO');
      tokens.expect('DO');
      const steps = parseSteps(tokens, inside, 'END');
      closeLoop(tokens, 'FOR', label);
      return { kind: 'for', label, variable, query, steps, ...span() };
    }
    case 'LEAVE':
    case 'ITERATE':
      return { ...parseJump(tokens, around), ...span() };
    default:
      return parseLeaf(tokens, span);
  }
}

function parseJump(tokens: TokenStream, around: Labels): { kind: 'leave' | 'iterate'; label: string } {
  const word = tokens.next();
  const kind = word.keyword === 'LEAVE' ? 'leave' : 'iterate';
  const label = parseName(tokens).text.toLowerCase();
  const found = around.find(({ name }) => name === label);
  if (!found || (kind === 'iterate' && !found.loop))
    throw syntaxProblem(`${word.keyword} ${label}: there is no ${found ? 'loop' : 'label'} of that name around.`, word);
  return { kind, label };
}

function parseIf(tokens: TokenStream, around: Labels): Omit<StepOf<'if'>, 'start' | 'end'> {
  const branches: { when: StatementTokens; steps: Step[] }[] = [];
  do {
    tokens.next();
    const when = until(tokens, 'THEN');
    tokens.expect('THEN');
    branches.push({ when, steps: parseSteps(tokens, around, 'ELSEIF', 'ELSE', 'END') });
  } while (tokens.sees('ELSEIF'));
  const otherwise = tokens.accept('ELSE') ? parseSteps(tokens, around, 'END') : undefined;
  tokens.expect('END', 'IF');
  return { kind: 'if', branches, otherwise };
}

function parseCaseStep(tokens: TokenStream, around: Labels): Omit<StepOf<'case'>, 'start' | 'end'> {
  tokens.next();
  const operand = tokens.sees('WHEN') ? undefined : until(tokens, 'WHEN');
  const branches: { when: StatementTokens; steps: Step[] }[] = [];
  while (tokens.accept('WHEN')) {
    const when = until(tokens, 'THEN');
    tokens.expect('THEN');
    branches.push({ when, steps: parseSteps(tokens, around, 'WHEN', 'ELSE', 'END') });
  }
  const otherwise = tokens.accept('ELSE') ? parseSteps(tokens, around, 'END') : undefined;
  tokens.expect('END', 'CASE');
  return { kind: 'case', operand, branches, otherwise };
}

function closeLoop(tokens: TokenStream, word: string, label: string | undefined): void {
  tokens.expect('END', word);
  endLabel(tokens, label);
}

/** `END LOOP l`: the label of what ends, if it stands there. */
function endLabel(tokens: TokenStream, label: string | undefined): void {
  if (tokens.isEnd() || tokens.seesOperator(';')) return;
  const name = parseName(tokens);
  if (name.text.toLowerCase() !== label)
    throw syntaxProblem(`The label ${name.text} is not that of the beginning.`, name);
}

/** One SQL statement, up to its semicolon. */
function parseLeaf(tokens: TokenStream, span: () => Span): Step {
  const declares: Name[] = [];
  if (tokens.sees('DECLARE')) {
    const mark = tokens.mark();
    tokens.next();
    if (tokens.sees('OR', 'REPLACE')) throw syntaxProblem('A local variable cannot be replaced.', tokens.peek());
    if (tokens.sees('VARIABLE') && tokens.peek(1).kind === 'word') tokens.next();
    declares.push(...tokens.list(() => parseName(tokens)));
    tokens.reset(mark);
  }
  if (tokens.sees('DROP') && tokens.peek(2).keyword === 'VARIABLE')
    throw notEmulated('DROP TEMPORARY VARIABLE in a script', tokens.peek());
  const part = until(tokens, ';');
  return { kind: 'statement', tokens: part, declares, ...span() };
}

/** The tokens up to a word or semicolon that stands outside every parenthesis and CASE. */
function until(tokens: TokenStream, end: string): StatementTokens {
  const found: Token[] = [];
  let depth = 0;
  for (;;) {
    const token = tokens.peek();
    if (token.kind === 'end') throw tokens.unexpected(end);
    const operator = token.kind === 'operator' ? token.text : '';
    if (depth === 0 && (end === ';' ? operator === ';' : token.keyword === end)) break;
    if (operator === '(' || (token.keyword === 'CASE' && found.at(-1)?.text !== '.')) depth++;
    else if (operator === ')' || (token.keyword === 'END' && depth > 0)) depth--;
    found.push(tokens.next());
  }
  const at = tokens.peek().start;
  if (found.length === 0) throw tokens.unexpected('a statement or an expression');
  return [...found, { kind: 'end', text: '', keyword: '', start: at, end: at }];
}
