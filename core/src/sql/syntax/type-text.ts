import type { SparkType } from '../types/spark-type.ts';
import { tokenize } from './lexer.ts';
import { createTokenStream } from './statements.ts';
import { parseDeclaredType } from './types.ts';

/** A type from Spark's text of it: the inverse of `typeText`. @throws ProblemError for text that is no type of Spark. */
export function typeFromText(text: string): SparkType {
  return parseDeclaredType(createTokenStream(tokenize(text), undefined));
}
