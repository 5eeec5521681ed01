import { ExpectedError } from '../base/expected-error.ts';
import type { AnalyzedStatement, Dialect, TableReference } from '../sql/contract.ts';
import { tokenize } from '../sql/syntax/lexer.ts';
import type { LinePlace, PlacedScript } from './tasks/placed-script.ts';

/** A source of a pipeline: a file of SQL, or the SQL of a notebook. */
export interface PipelineSource extends PlacedScript {
  readonly file: string;
}

interface Dataset {
  /** `catalog.schema.table`, lower-case. */
  readonly name: string;
  readonly reads: readonly string[];
  readonly lines: readonly string[];
  readonly places: readonly LinePlace[];
}

/** What a pipeline's source may define here. */
const definitions: ReadonlySet<AnalyzedStatement['kind']> = new Set(['createMaterializedView', 'createStreamingTable']);

/**
 * The statements of a pipeline as one script, each dataset after those that it reads, whatever file they stand in. Each refreshes
 * its dataset, as an update of the pipeline does, and `LIVE.` is the pipeline's own schema.
 * @throws ExpectedError `jobs.task-not-emulated`, `jobs.invalid-graph`
 */
export function pipelineScript(
  sources: readonly PipelineSource[],
  { catalog, schema }: { readonly catalog: string; readonly schema: string },
  dialect: Pick<Dialect, 'analyze'>,
): PlacedScript {
  const complete = (table: TableReference): string => {
    const isLive = table.catalog === undefined && table.schema?.toUpperCase() === 'LIVE';
    return [table.catalog ?? catalog, isLive ? schema : (table.schema ?? schema), table.table].join('.').toLowerCase();
  };
  const datasets = sources.flatMap((source) =>
    dialect.analyze({ text: source.text, file: source.file }).map((one) => datasetOf(source, one, complete)),
  );
  const ordered = sorted(datasets);
  return {
    text: ordered.flatMap(({ lines }) => [...lines, ';']).join('\n'),
    places: ordered.flatMap(({ places }) => [...places, ...places.slice(-1)]),
  };
}

function datasetOf(
  source: PipelineSource,
  statement: AnalyzedStatement,
  complete: (table: TableReference) => string,
): Dataset {
  const { text, range, reads, writes, kind, verdict } = statement;
  // A refused statement is told by the engine, in its own words.
  if (verdict === 'here' && (!writes || !definitions.has(kind))) throw noDefinition(source, statement);
  const first = range.start.line - 1;
  const lines = `${' '.repeat(range.start.column - 1)}${asRefresh(text)}`.split('\n');
  return {
    name: writes ? complete(writes) : '',
    reads: reads.map(complete),
    lines,
    places: lines.map((_line, index) => source.places[first + index] ?? { file: source.file, line: 1 }),
  };
}

/** In a pipeline CREATE refreshes what is there; and what is in LIVE is in the pipeline's schema. */
function asRefresh(text: string): string {
  const tokens = tokenize(text);
  let result = text;
  for (const [index, token] of [...tokens.entries()].reverse()) {
    const next = tokens[index + 1];
    const isLive = token.keyword === 'LIVE' && next?.text === '.' && tokens[index - 1]?.text !== '.';
    if (isLive) result = result.slice(0, token.start) + ' '.repeat(next.end - token.start) + result.slice(next.end);
  }
  const [create, or] = tokens;
  if (create?.keyword !== 'CREATE' || or?.keyword === 'OR') return result;
  return `${result.slice(0, create.end)} OR REFRESH${result.slice(create.end)}`;
}

function sorted(datasets: readonly Dataset[]): readonly Dataset[] {
  const order: Dataset[] = [];
  let left = datasets;
  while (left.length > 0) {
    const open = new Set(left.map(({ name }) => name));
    const ready = left.filter(({ name, reads }) => reads.every((read) => !open.has(read) || read === name));
    if (ready.length === 0) throw circle(left);
    order.push(...ready);
    left = left.filter((one) => !ready.includes(one));
  }
  return order;
}

function noDefinition(source: PipelineSource, { text, range }: AnalyzedStatement): ExpectedError {
  const place = source.places[range.start.line - 1];
  const shown = text.replaceAll(/\s+/g, ' ').slice(0, 60);
  return new ExpectedError({
    code: 'jobs.task-not-emulated',
    message: `the pipeline's source holds a statement that defines no dataset: ${shown}`,
    nextStep: 'A pipeline is made of CREATE STREAMING TABLE and CREATE MATERIALIZED VIEW here.',
    ...(place ? { range: { file: place.file, start: { line: place.line, column: range.start.column } } } : {}),
  });
}

function circle(left: readonly Dataset[]): ExpectedError {
  return new ExpectedError({
    code: 'jobs.invalid-graph',
    message: `the datasets of the pipeline read one another in a circle: ${left.map(({ name }) => name).join(', ')}`,
    nextStep: 'Let one of them read something else.',
  });
}
