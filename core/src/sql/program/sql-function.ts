import type { FunctionDefinition, ParameterDefinition } from '../../lake/stored-function.ts';
import type { ComputeProfile } from '../contract.ts';
import { tokenize } from '../syntax/lexer.ts';
import type { Expression } from '../syntax/nodes.ts';
import { parseRoutineBody, type RoutineBody } from '../syntax/routines.ts';
import { createTokenStream } from '../syntax/statements.ts';
import { parseType } from '../syntax/types.ts';
import type { SparkType } from '../types/spark-type.ts';

/** A function ready to be put in the place of its calls. */
export interface SqlFunction {
  readonly definition: FunctionDefinition;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: SparkType;
    readonly defaultValue: Expression | undefined;
  }[];
  readonly returns:
    | { readonly kind: 'scalar'; readonly type: SparkType | undefined }
    | {
        readonly kind: 'table';
        readonly columns: readonly { readonly name: string; readonly type: SparkType }[] | undefined;
      };
  readonly body: RoutineBody;
}

/** @throws ProblemError where a text of the definition is not emulated. */
export function parseFunction(definition: FunctionDefinition): SqlFunction {
  const { returns } = definition;
  const typed = ({ name, typeText }: ParameterDefinition): { name: string; type: SparkType } => ({
    name,
    type: typeOf(typeText),
  });
  return {
    definition,
    parameters: definition.parameters.map((parameter) => ({
      ...typed(parameter),
      defaultValue:
        parameter.defaultText === undefined
          ? undefined
          : parsed(parameter.defaultText, (tokens) => tokens.grammar.expression(tokens)),
    })),
    returns:
      returns.kind === 'table'
        ? { kind: 'table', columns: returns.columns?.map(typed) }
        : { kind: 'scalar', type: returns.typeText === undefined ? undefined : typeOf(returns.typeText) },
    body: parsed(definition.body, parseRoutineBody),
  };
}

/** @param text Spark's type text. @throws ProblemError where the type is not emulated. */
export function typeOf(text: string): SparkType {
  const range = /^interval (.+)$/.exec(text)?.[1];
  if (range !== undefined) return intervalOf(range);
  return parsed(text, parseType);
}

function parsed<T>(text: string, read: (tokens: ReturnType<typeof createTokenStream>) => T): T {
  const tokens = createTokenStream(tokenize(text), new Map());
  const value = read(tokens);
  if (!tokens.isEnd()) throw tokens.unexpected('the end of the definition');
  return value;
}

/** True where the body would be evaluated otherwise than where it was made. */
export function otherProfile({ ansi }: FunctionDefinition, profile: ComputeProfile): boolean {
  return ansi !== profile.ansi;
}

/** `day to second`, `year`: the fields from the largest to the smallest. */
function intervalOf(range: string): SparkType {
  const months = /^(?:year|month)/.test(range);
  const whole = months ? 'year to month' : 'day to second';
  const kind = months ? 'interval month' : 'interval day';
  return range === whole ? { kind } : { kind, range };
}
