import { typeText } from '../types/spark-type.ts';
import { parseName, parseQualifiedName } from './names.ts';
import type { Expression, Name, Query } from './nodes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';
import { parseUnlimitedType } from './types.ts';

export type VariableNode =
  | {
      readonly kind: 'declareVariable';
      readonly names: readonly (readonly Name[])[];
      readonly orReplace: boolean;
      readonly typeText: string | undefined;
      readonly value: Expression | undefined;
    }
  | {
      readonly kind: 'setVariable';
      /** Values one by one; `undefined` is DEFAULT. */
      readonly assignments: readonly { readonly target: readonly Name[]; readonly value: Expression | undefined }[];
    }
  | { readonly kind: 'setVariables'; readonly targets: readonly (readonly Name[])[]; readonly query: Query }
  | { readonly kind: 'dropVariable'; readonly name: readonly Name[]; readonly ifExists: boolean }
  | {
      readonly kind: 'executeImmediate';
      readonly text: Expression;
      readonly into: readonly (readonly Name[])[];
      readonly using: readonly { readonly name: string | undefined; readonly value: Expression }[];
    };

/** What follows DECLARE: `[OR REPLACE] [VARIABLE] a, b [type] [{DEFAULT | =} value]`. */
export function parseDeclare(tokens: TokenStream): VariableNode {
  const orReplace = tokens.accept('OR', 'REPLACE');
  if (tokens.sees('VARIABLE') && !endsNames(tokens, 1)) tokens.next();
  const names = tokens.list(() => parseQualifiedName(tokens));
  const typed = !tokens.sees('DEFAULT') && !tokens.seesOperator('=') && !tokens.isEnd();
  const type = typed ? typeText(parseUnlimitedType(tokens)) : undefined;
  const value = tokens.acceptOperator('=') || tokens.accept('DEFAULT') ? tokens.grammar.expression(tokens) : undefined;
  if (type === undefined && value === undefined) throw tokens.unexpected('a type or a value');
  return { kind: 'declareVariable', names, orReplace, typeText: type, value };
}

/** `DECLARE variable INT`: the word is the variable's own name. */
function endsNames(tokens: TokenStream, ahead: number): boolean {
  const next = tokens.peek(ahead);
  return next.kind === 'end' || next.kind === 'operator' || next.keyword === 'DEFAULT';
}

/** What follows SET VAR, or SET in a script: `a = 1, b = DEFAULT`, `(a, b) = (SELECT ...)`. */
export function parseSetVariable(tokens: TokenStream): VariableNode {
  if (!tokens.seesOperator('('))
    return {
      kind: 'setVariable',
      assignments: tokens.list(() => {
        const target = parseQualifiedName(tokens);
        tokens.expectOperator('=');
        const atEnd = tokens.peek(1).kind === 'end' || [',', ';'].includes(tokens.peek(1).text);
        if (tokens.sees('DEFAULT') && atEnd) {
          tokens.next();
          return { target, value: undefined };
        }
        return { target, value: tokens.grammar.expression(tokens) };
      }),
    };
  const targets = tokens.parenthesized(() => tokens.list(() => parseQualifiedName(tokens)));
  tokens.expectOperator('=');
  return { kind: 'setVariables', targets, query: tokens.parenthesized(() => tokens.grammar.query(tokens)) };
}

/** What follows DROP TEMPORARY VARIABLE. */
export function parseDropVariable(tokens: TokenStream): VariableNode {
  const ifExists = tokens.accept('IF', 'EXISTS');
  return { kind: 'dropVariable', ifExists, name: parseQualifiedName(tokens) };
}

/** What follows EXECUTE IMMEDIATE: `text [INTO a, b] [USING [(] value [AS name], ... [)]]`. */
export function parseExecuteImmediate(tokens: TokenStream): VariableNode {
  const text = tokens.grammar.expression(tokens);
  const into = tokens.accept('INTO') ? tokens.list(() => parseQualifiedName(tokens)) : [];
  const using = tokens.accept('USING') ? parseUsing(tokens) : [];
  const names = using.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (new Set(names).size < names.length) throw syntaxProblem('USING gives a name twice.', tokens.peek());
  return { kind: 'executeImmediate', text, into, using };
}

interface Argument {
  readonly name: string | undefined;
  readonly value: Expression;
}

function parseUsing(tokens: TokenStream): Argument[] {
  const mark = tokens.mark();
  if (tokens.acceptOperator('(')) {
    const values = tokens.list(() => argument(tokens));
    // `(a) + 1` is a value of its own.
    if (tokens.acceptOperator(')') && (tokens.isEnd() || tokens.seesOperator(';'))) return values;
    tokens.reset(mark);
  }
  return tokens.list(() => argument(tokens));
}

function argument(tokens: TokenStream): Argument {
  const value = tokens.grammar.expression(tokens);
  if (value.kind === 'scalarQuery') throw notEmulated('A subquery in USING', value, 'Set a variable to it first.');
  if (tokens.accept('AS')) return { name: parseName(tokens).text, value };
  const next = tokens.peek();
  if (next.kind === 'word' || next.kind === 'quoted') return { name: parseName(tokens).text, value };
  const own = value.kind === 'column' ? value.parts.at(-1)?.text : undefined;
  return { name: own, value };
}
