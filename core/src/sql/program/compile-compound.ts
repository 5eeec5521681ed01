import type { CompiledStatement } from '../contract.ts';
import type { Block, Step } from '../syntax/compound.ts';
import { type Problem, ProblemError, syntaxProblem } from '../syntax/problem.ts';
import type { StatementTokens } from '../syntax/splitter.ts';
import type { StatementNode } from '../syntax/statement-nodes.ts';
import { parseStatement } from '../syntax/statements.ts';
import type { TokenStream } from '../syntax/token-stream.ts';
import { redacted } from '../syntax/redact.ts';
import { parseSetVariable } from '../syntax/variables.ts';
import { selectNode } from './compile-program.ts';
import { compilePart, type Origin, type Part, partSpan, resolvePart } from './compile-part.ts';
import type { CompiledBlock, CompiledStep, Late } from './program-statement.ts';
import { RAISED_BY_SPARK } from './spark-conditions.ts';
import { StaticNames } from './static-names.ts';

/** What the text of a script tells: its steps, each compiled again where it runs, and every refusal. */
export interface CompiledCompound {
  readonly block: CompiledBlock;
  readonly problems: readonly Problem[];
}

/** @param declared names that were declared before, lower-case. */
export function compileCompound(
  origin: Origin,
  block: Block,
  declared: ReadonlySet<string>,
  any: boolean,
): CompiledCompound {
  const problems: Problem[] = [];
  const compiler = new CompoundCompiler(origin, problems, any);
  return { block: compiler.block(block, declared), problems };
}

class CompoundCompiler {
  readonly #origin: Origin;
  readonly #problems: Problem[];
  #any: boolean;
  /** A handler may take what the steps raise. */
  #handled = false;

  constructor(origin: Origin, problems: Problem[], any: boolean) {
    this.#origin = origin;
    this.#problems = problems;
    this.#any = any;
  }

  block(block: Omit<Block, 'start' | 'end'>, outer: ReadonlySet<string>): CompiledBlock {
    const declared = new Set(outer);
    const { label, conditions } = block;
    if (label !== undefined) declared.add(label.toLowerCase());
    const around = this.#handled;
    this.#handled ||= block.handlers.length > 0;
    const steps = this.#steps(block.steps, declared);
    this.#handled = around;
    const handlers = block.handlers.map((handler) => ({
      conditions: handler.conditions,
      body: this.#step(handler.body, declared),
    }));
    return { kind: 'block', label, conditions, handlers, steps };
  }

  #steps(steps: readonly Step[], declared: Set<string>): CompiledStep[] {
    return steps.map((step) => {
      const compiled = this.#step(step, declared);
      if (step.kind === 'statement') for (const name of step.declares) declared.add(name.text.toLowerCase());
      return compiled;
    });
  }

  #step(step: Step, declared: ReadonlySet<string>): CompiledStep {
    const inside = (steps: readonly Step[]): CompiledStep[] => this.#steps(steps, new Set(declared));
    switch (step.kind) {
      case 'block':
        return this.block(step, declared);
      case 'statement':
        return { kind: 'statement', statement: this.#late({ tokens: step.tokens, parse: parseLeaf }, declared) };
      case 'if': {
        const branches = step.branches.map(({ when, steps }) => ({
          when: this.#condition(when, declared),
          steps: inside(steps),
        }));
        return { kind: 'if', branches, otherwise: step.otherwise && inside(step.otherwise) };
      }
      case 'case': {
        const { operand } = step;
        const branches = step.branches.map(({ when, steps }) => ({
          when: this.#condition(operand ? equality(operand, when) : when, declared),
          steps: inside(steps),
        }));
        return { kind: 'if', branches, otherwise: step.otherwise && inside(step.otherwise) };
      }
      case 'while':
      case 'repeat':
      case 'loop': {
        const { kind, label, condition } = step;
        return { kind, label, condition: condition && this.#condition(condition, declared), steps: inside(step.steps) };
      }
      case 'for':
        return this.#for(step, declared);
      case 'leave':
      case 'iterate':
        return { kind: step.kind, label: step.label };
    }
  }

  /** The row's columns are names inside the loop, which only the query's columns tell. */
  #for(step: Extract<Step, { kind: 'for' }>, declared: ReadonlySet<string>): CompiledStep {
    const query = this.#late({ tokens: step.query, parse: parseLeaf }, declared);
    const before = this.#any;
    this.#any = true;
    const steps = this.#steps(step.steps, new Set(declared));
    this.#any = before;
    return { kind: 'for', label: step.label, variable: step.variable?.text, query, steps };
  }

  /** What Spark raises where a statement runs is no reason to refuse a script that handles it. */
  #note(problems: readonly Problem[]): void {
    if (this.#handled && problems.every(({ code }) => RAISED_BY_SPARK[code])) return;
    this.#problems.push(...problems);
  }

  #condition(tokens: StatementTokens, declared: ReadonlySet<string>): Late {
    return this.#late({ tokens, parse: parseCondition }, declared);
  }

  #late(part: Part, declared: ReadonlySet<string>): Late {
    const span = partSpan(part);
    const { source, map } = this.#origin;
    const base = { text: redacted(source.text.slice(span.start, span.end)), range: map.range(span) };
    let ahead: CompiledStatement = { ...base, kind: 'useSchema', schema: '' };
    try {
      const { statement, problems } = compilePart(this.#origin, part, new StaticNames(declared, this.#any), new Map());
      ahead = statement;
      this.#note(problems);
      if (statement.kind === 'executeImmediate') this.#any = true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#note([error.problem]);
    }
    return {
      ...base,
      kind: 'late',
      ahead,
      resolve: (names, constants) => resolvePart(this.#origin, part, names, constants),
    };
  }
}

/** A statement inside a script: SET assigns variables there. */
function parseLeaf(tokens: TokenStream): StatementNode {
  if (!tokens.sees('SET')) return parseStatement(tokens);
  const start = tokens.next();
  const node = parseSetVariable(tokens);
  if (!tokens.isEnd()) throw syntaxProblem('Expected SET variable = value here.', tokens.spanFrom(start));
  return node;
}

function parseCondition(tokens: TokenStream): StatementNode {
  const expression = tokens.grammar.expression(tokens);
  if (!tokens.isEnd()) throw tokens.unexpected('the end of the condition');
  return selectNode(expression);
}

/** `(operand) = (when)` */
function equality(operand: StatementTokens, when: StatementTokens): StatementTokens {
  const at = when[0]?.start ?? 0;
  const operator = (text: string): StatementTokens[number] => ({
    kind: 'operator',
    text,
    keyword: '',
    start: at,
    end: at,
  });
  const inside = (tokens: StatementTokens): StatementTokens => [operator('('), ...tokens.slice(0, -1), operator(')')];
  return [...inside(operand), operator('='), ...inside(when), ...when.slice(-1)];
}
