import type { SourceRange } from '../../base/diagnostic.ts';
import type { Span } from '../syntax/problem.ts';
import { isUnknown, typeText } from '../types/spark-type.ts';
import type { TracedExpression } from '../translate/trace.ts';
import type { BoundPart } from './bound-part.ts';
import type { KnownColumn, KnownLake } from './known-lake.ts';
import { JobReader, type JobSource } from './read-job.ts';
import { type ColumnSource, sourcesOf } from './sources.ts';

/** What the thing under the cursor is. */
export type Hover =
  | {
      readonly kind: 'expression';
      readonly span: Span;
      readonly name: string;
      readonly typeText: string | undefined;
      readonly description: string | undefined;
      readonly sources: readonly ColumnSource[];
      /** Why the type or the sources are not known. */
      readonly why: readonly string[];
    }
  | {
      readonly kind: 'relation';
      readonly name: string;
      readonly description: string | undefined;
      /** Undefined where they are not known. */
      readonly columns: readonly KnownColumn[] | undefined;
    };

/** The column, call or table at an offset; undefined where there is none, or its statement does not parse. */
export function hover(source: JobSource, offset: number, lake: KnownLake): Hover | undefined {
  const reader = new JobReader(lake);
  const facts = reader.read(source).find(({ span }) => span.start <= offset && span.end >= offset);
  if (!facts) return undefined;
  const position = positionOf(source.text, offset);
  for (const part of facts.parts) {
    const relation = part.query.relations.find((one) => one.kind === 'table' && holds(one.table.range, position));
    const fact = relation && part.relations.get(relation.placeholder);
    if (fact) return { kind: 'relation', name: fact.id, description: fact.description, columns: fact.columns };
  }
  const found = facts.parts
    .flatMap((part) => part.trace.expressions.map((expression) => ({ part, expression })))
    .filter(({ expression: { kind, start, end } }) => NAMED.has(kind) && start <= offset && end >= offset)
    .sort((left, right) => size(left.expression) - size(right.expression))[0];
  return found && ofExpression(found.part, found.expression);
}

const NAMED: ReadonlySet<string> = new Set(['column', 'call', 'cast', 'field', 'path', 'index', 'parameter', 'case']);

function size({ start, end }: Span): number {
  return end - start;
}

function ofExpression(part: BoundPart, expression: TracedExpression): Hover {
  const { start, end, kind, name, type } = expression;
  const { sources, unknown } = sourcesOf(part, expression);
  const [only, more] = [...(expression.origins ?? [])];
  const fact = only?.placeholder !== undefined && !more ? part.relations.get(only.placeholder) : undefined;
  const known = fact?.columns?.find((one) => one.name.toLowerCase() === only?.column.toLowerCase());
  const why = isUnknown(type) && unknown.length === 0 ? ['The columns of its relation are not known.'] : unknown;
  return {
    kind: 'expression',
    span: { start, end },
    name,
    typeText: isUnknown(type) ? undefined : typeText(type),
    description: kind === 'column' ? known?.description : undefined,
    sources,
    why,
  };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function holds({ start, end = start }: SourceRange, { line, column }: Position): boolean {
  const after = line > start.line || (line === start.line && column >= start.column);
  return after && (line < end.line || (line === end.line && column <= end.column));
}
