import { tokenize } from '../syntax/lexer.ts';
import { ProblemError } from '../syntax/problem.ts';
import { createTokenStream } from '../syntax/statements.ts';
import type { TokenStream } from '../syntax/token-stream.ts';
import { parseDeclaredType, parseFields } from '../syntax/types.ts';
import { type SparkType, typeText, undeclared } from '../types/spark-type.ts';

/** A schema text: one type, or fields. Undefined for what is none, or holds a type that is not emulated. */
export function schemaOf(text: string): SparkType | undefined {
  const readAll = (read: (tokens: TokenStream) => SparkType): SparkType | undefined => {
    const tokens = createTokenStream(tokenize(text), undefined);
    const type = read(tokens);
    // A schema is of values, which have no CHAR and no VARCHAR: Spark refuses these here.
    const limits = typeText(type) !== typeText(undeclared(type));
    return tokens.isEnd() && !limits ? type : undefined;
  };
  const attempts = [
    parseDeclaredType,
    (tokens: TokenStream): SparkType => ({ kind: 'struct', fields: parseFields(tokens, false) }),
  ];
  for (const attempt of attempts) {
    try {
      const type = readAll(attempt);
      if (type) return type;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
  return undefined;
}
