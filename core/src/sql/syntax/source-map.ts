import type { Diagnostic, SourcePosition, SourceRange } from '../../base/diagnostic.ts';
import type { SqlSource } from '../contract.ts';
import type { Problem, Span } from './problem.ts';

/** Offsets in a source's text as lines and columns of its file. */
export class SourceMap {
  readonly #file: string;
  readonly #firstLine: number;
  readonly #lineStarts: number[] = [0];

  constructor(source: SqlSource) {
    this.#file = source.file;
    this.#firstLine = source.firstLine ?? 1;
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
      this.#lineStarts.push(at + 1);
  }

  range(span: Span): SourceRange {
    return { file: this.#file, start: this.#position(span.start), end: this.#position(span.end) };
  }

  diagnostic({ code, message, span, nextStep }: Problem): Diagnostic {
    return { severity: 'error', code, message, range: this.range(span), nextStep };
  }

  #position(offset: number): SourcePosition {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: this.#firstLine + low, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}
