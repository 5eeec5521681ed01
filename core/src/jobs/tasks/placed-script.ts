import type { SourceRange } from '../../base/diagnostic.ts';
import { ExpectedError, expectedErrorToData } from '../../base/expected-error.ts';
import type { ScriptRequest, ScriptResult } from '../../engine/contract.ts';
import type { TaskRunContext } from '../task-kind.ts';

/** Where a line of a script stands that was put together from several files. */
export interface LinePlace {
  /** Relative to the project's root. */
  readonly file: string;
  readonly line: number;
}

export interface PlacedScript {
  readonly text: string;
  /** One for each line of `text`. */
  readonly places: readonly LinePlace[];
}

/** Runs a script; statements and errors are told at the places that its lines come from. */
export async function runPlaced(
  { engine, checks, signal }: Pick<TaskRunContext, 'engine' | 'checks' | 'signal'>,
  { text, places }: PlacedScript,
  request: Pick<ScriptRequest, 'parameters' | 'profile' | 'catalog' | 'schema' | 'fullRefresh'>,
): Promise<ScriptResult> {
  const source = { text, file: places[0]?.file ?? '' };
  try {
    const result = await engine.runScript({ ...request, source, checks }, signal);
    const lineOf = (line: number): number => placeOf(places, line)?.line ?? line;
    return { ...result, statements: result.statements.map((one) => ({ ...one, line: lineOf(one.line) })) };
  } catch (error) {
    throw error instanceof ExpectedError ? atPlace(error, places) : error;
  }
}

function placeOf(places: readonly LinePlace[], line: number): LinePlace | undefined {
  return places[line - 1] ?? places.at(-1);
}

function atPlace(error: ExpectedError, places: readonly LinePlace[]): ExpectedError {
  const placed = (range: SourceRange): SourceRange => {
    const place = placeOf(places, range.start.line);
    return place ? { file: place.file, start: { line: place.line, column: range.start.column } } : range;
  };
  const { range, diagnostics = [], ...rest } = expectedErrorToData(error);
  return new ExpectedError({
    ...rest,
    ...(range ? { range: placed(range) } : {}),
    diagnostics: diagnostics.map((one) => (one.range ? { ...one, range: placed(one.range) } : one)),
    cause: error,
  });
}
