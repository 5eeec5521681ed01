import type { Expression, Query } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { type HasOrigins, type Origin, originsOf } from '../types/origins.ts';
import { isUnknown, type SparkType } from '../types/spark-type.ts';
import type { Environment, OutputColumn, TranslatedQuery } from './environment.ts';
import type { Typed } from './typed.ts';

/** An expression of the text, and what the binder found it to be. */
export interface TracedExpression extends Span, HasOrigins {
  readonly kind: Expression['kind'];
  readonly name: string;
  readonly type: SparkType;
}

interface Frame {
  readonly of: 'query' | 'expression';
  readonly origins: Set<Origin>;
  readonly conditions: Set<Origin>;
}

/**
 * Watches one translation: what each expression is, and which columns of the lake each column of the result comes from. It wraps the
 * two functions by which rules translate parts, so that a rule need not know of it.
 */
export class Trace {
  readonly expressions: TracedExpression[] = [];
  /** Of the whole query, also where binding it then fails. */
  columns: readonly OutputColumn[] = [];
  /** True where a star stands for columns that are not known. */
  open = false;
  readonly #frames: Frame[] = [];
  readonly #explained = new Set<unknown>();

  expression(translate: Environment['translate']): Environment['translate'] {
    return (environment, node) => {
      const frame = this.#enter('expression');
      const before = environment.problems.length;
      const typed = translate(environment, node);
      this.#explain(environment, before, typed, frame);
      this.#frames.pop();
      const traced = { ...typed, ...originsOf([typed, frame]) };
      this.#add(this.#expressionAround(), traced);
      const { start, end, kind } = node;
      this.expressions.push({ start, end, kind, name: typed.name, type: typed.type, ...originsOf([traced]) });
      return traced;
    };
  }

  query(translate: Environment['translateQuery']): Environment['translateQuery'] {
    return (environment: Environment, query: Query): TranslatedQuery => {
      const { conditions } = this.#enter('query');
      const translated = translate(environment, query);
      this.#frames.pop();
      const columns = translated.columns.map((column) => ({ ...column, ...originsOf([column, { conditions }]) }));
      this.#add(this.#expressionAround(), originsOf([{ conditions }, columns[0]]));
      return { ...translated, columns };
    };
  }

  /** Notes that a filter or join looks at these values. */
  condition(values: readonly (HasOrigins | undefined)[]): void {
    const frame = this.#frames.findLast(({ of }) => of === 'query');
    const { origins, conditions } = originsOf(values);
    for (const origin of [...(origins ?? []), ...(conditions ?? [])]) frame?.conditions.add(origin);
  }

  finish({ columns, open }: TranslatedQuery): void {
    this.columns = columns;
    this.open = open;
  }

  /** A value that is refused says so, not what lies around it. */
  #explain({ problems }: Environment, before: number, { type }: Typed, frame: Frame): void {
    if (!isUnknown(type)) return;
    for (const problem of problems.slice(before)) {
      if (this.#explained.has(problem)) continue;
      this.#explained.add(problem);
      frame.origins.add({ placeholder: undefined, column: '', reason: problem.message });
    }
  }

  #enter(of: Frame['of']): Frame {
    const frame: Frame = { of, origins: new Set(), conditions: new Set() };
    this.#frames.push(frame);
    return frame;
  }

  /** The expression of which the finished one is a part; a query in between is a value of its own. */
  #expressionAround(): Frame | undefined {
    const frame = this.#frames.at(-1);
    return frame?.of === 'expression' ? frame : undefined;
  }

  #add(frame: Frame | undefined, { origins = new Set(), conditions = new Set() }: HasOrigins): void {
    for (const origin of origins) frame?.origins.add(origin);
    for (const origin of conditions) frame?.conditions.add(origin);
  }
}
