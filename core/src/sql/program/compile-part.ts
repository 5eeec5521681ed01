import type { CompiledQuery, CompiledStatement, ComputeProfile, ParameterValues, SqlSource } from '../contract.ts';
import { compileNode } from '../statement.ts';
import type { Expression } from '../syntax/nodes.ts';
import { type Problem, ProblemError, type Span } from '../syntax/problem.ts';
import { redacted } from '../syntax/redact.ts';
import type { SourceMap } from '../syntax/source-map.ts';
import type { StatementTokens } from '../syntax/splitter.ts';
import type { StatementNode } from '../syntax/statement-nodes.ts';
import { createTokenStream } from '../syntax/statements.ts';
import type { TokenStream } from '../syntax/token-stream.ts';
import { valueQuery } from './compile-program.ts';
import { expectNone, refusal } from './refuse-problems.ts';
import type { SessionNames } from './session-names.ts';

/** Where a text stands, and how it is evaluated. */
export interface Origin {
  readonly source: SqlSource;
  readonly parameters: ParameterValues | undefined;
  readonly profile: ComputeProfile;
  readonly map: SourceMap;
}

/** One statement's tokens with the grammar that reads them. */
export interface Part {
  readonly tokens: StatementTokens;
  readonly parse: (tokens: TokenStream) => StatementNode;
}

export interface CompiledPart {
  readonly node: StatementNode;
  readonly statement: CompiledStatement;
  readonly problems: readonly Problem[];
  /** Expressions in IDENTIFIER(...) whose texts the statement cannot be compiled without. */
  readonly pending: readonly Expression[];
}

export function partSpan({ tokens }: Part): Span {
  const last = tokens.at(-2) ?? tokens[0];
  return { start: tokens[0]?.start ?? 0, end: last?.end ?? 0 };
}

/** @throws ProblemError as parsing does. */
export function compilePart(
  { source, parameters, profile, map }: Origin,
  part: Part,
  names: SessionNames,
  constants: ReadonlyMap<number, string>,
): CompiledPart {
  const { tokens } = part;
  const span = partSpan(part);
  const pending: Expression[] = [];
  const stream = createTokenStream(tokens, parameters, { names, constants, pending });
  const node = part.parse(stream);
  const compiled = compileNode(node, {
    text: redacted(source.text.slice(span.start, span.end)),
    range: map.range(span),
    map,
    profile,
    names,
    usesMetadata: tokens.some((token) => token.text.toLowerCase() === '_metadata' && token.kind !== 'string'),
    filledText: (wanted) => redacted(stream.filledText(source.text, wanted)),
  });
  return { node, ...compiled, pending };
}

/** What a statement is once the session's names are known, or what must be computed before that is. */
export type Resolved =
  | { readonly kind: 'statement'; readonly statement: CompiledStatement }
  | { readonly kind: 'pending'; readonly texts: readonly { readonly at: number; readonly query: CompiledQuery }[] };

/** @throws ExpectedError with every diagnostic. */
export function resolvePart(
  origin: Origin,
  part: Part,
  names: SessionNames,
  constants: ReadonlyMap<number, string>,
): Resolved {
  const { statement, problems, pending } = knownProblems(origin, () => compilePart(origin, part, names, constants));
  if (pending.length > 0) {
    const texts = pending.map((expression) => {
      const { query, problems: own } = valueQuery({ ...origin, names, usesMetadata: false }, [expression]);
      expectNone(origin.map, own);
      return { at: expression.start, query };
    });
    return { kind: 'pending', texts };
  }
  expectNone(origin.map, problems);
  return { kind: 'statement', statement };
}

/** A problem that ends the compilation, as the engine's callers know it. */
function knownProblems<T>({ map }: Origin, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw refusal([map.diagnostic(error.problem)]);
  }
}
