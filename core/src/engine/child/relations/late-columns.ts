import type { CompiledQuery, RankedRows, RelationColumn } from '../../../sql/contract.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { Session } from '../session.ts';
import { askedColumns } from './asked-columns.ts';
import { carries, rowPlace, withoutPlace } from './carried.ts';

/** A view over the rows of one table with their places, as a scope has it. */
export interface PlacedView {
  readonly scope: string;
  readonly placeholder: string;
  readonly ranked: RankedRows;
}

/** Columns of a view that are read from its table again for the few rows of which they are asked. */
export interface LateColumns {
  readonly placed: PlacedView;
  readonly names: readonly string[];
  /** The statements that ask for them. */
  readonly readers: ReadonlySet<CompiledQuery>;
}

interface Asking {
  readonly ranked: RankedRows;
  readonly columns: readonly RelationColumn[];
  /** The text of each statement that reads the view, which reads nothing else. */
  readonly texts: ReadonlyMap<CompiledQuery, string>;
  readonly placed: () => Promise<PlacedView | undefined>;
}

/** Rows from which on reading a column twice is cheaper than keeping it: below, all is in memory anyway. */
const manyRows = 500_000;
const sampleRows = 20_000;
/** The part of the rows that a statement may ask for. */
const fewRows = 0.1;

/** Long values, which a table of the session holds as they are: numbers and times cost no more than a row's place. */
const isLong = ({ duckdbType }: RelationColumn): boolean => duckdbType === 'VARCHAR' || duckdbType === 'BLOB';

/**
 * The columns that need not be kept: the table's own, asked for by statements that read few of the view's rows, one by one, as a first
 * look at the table tells. Leaves the session in the scope of `placed`.
 */
export async function lateColumns(session: Session, asking: Asking): Promise<LateColumns | undefined> {
  const { ranked, columns, texts } = asking;
  const asks = (sql: string, name: string): boolean => {
    const asked = askedColumns([sql], [name]);
    return !asked || asked.columns.size > 0 || asked.fields.size > 0;
  };
  const candidates = columns.filter(isLong).flatMap(({ name }) => {
    const readers = [...texts].filter(([, sql]) => asks(sql, name)).map(([reader]) => reader);
    const isOne = readers.length > 0 && readers.length < texts.size && !asks(ranked.placesSql('rows'), name);
    return isOne ? [{ name, readers }] : [];
  });
  if (candidates.length === 0) return undefined;
  const placed = await asking.placed();
  if (!placed || !isTheSame(placed.ranked, ranked)) return undefined;
  const carried = candidates.filter(({ name }) => carries(placed.ranked.rowsSql, placed.placeholder, name));
  const source = session.qualified(placed.scope, placed.placeholder);
  const count = carried.length === 0 ? undefined : await session.read(`SELECT count(*) FROM ${source}`);
  if (count === undefined || Number(count.value(0, 0)) < manyRows) return undefined;
  const few = await selective(session, placed, source, texts);
  const late = carried.filter(({ readers }) => readers.every((reader) => few.has(reader)));
  if (late.length === 0) return undefined;
  return { placed, names: late.map(({ name }) => name), readers: new Set(late.flatMap(({ readers }) => readers)) };
}

/** Whether the place of a row is all that the second text has more. */
function isTheSame(placed: RankedRows, ranked: RankedRows): boolean {
  return (
    placed.number === ranked.number &&
    placed.rowsSql !== ranked.rowsSql &&
    withoutPlace(placed.rowsSql) === ranked.rowsSql &&
    placed.placesSql('rows') === ranked.placesSql('rows')
  );
}

/** Of the statements those that take few rows of a sample, and each for itself. */
async function selective(
  session: Session,
  { scope, placeholder, ranked }: PlacedView,
  source: string,
  texts: ReadonlyMap<CompiledQuery, string>,
): Promise<ReadonlySet<CompiledQuery>> {
  const sample = await session.createScope();
  const name = (table: string): string => session.qualified(sample, table);
  const [rows, places, kept] = [name('__rows'), name('__places'), name('__kept')];
  const found = new Set<CompiledQuery>();
  try {
    await session.run(`CREATE TABLE ${name(placeholder)} AS SELECT * FROM ${source} LIMIT ${sampleRows}`);
    await session.enter(sample);
    await session.run(`CREATE TABLE ${rows} AS ${ranked.rowsSql}`);
    await session.run(`CREATE TABLE ${places} AS ${ranked.placesSql(rows)}`);
    await session.run(`CREATE TABLE ${kept} AS SELECT * FROM (${ranked.sql(rows, places)})`);
    const all = Number((await session.read(`SELECT count(*) FROM ${rows}`)).value(0, 0));
    for (const [reader, sql] of texts) {
      const [relation] = reader.relations;
      const own = await session.createScope();
      await session.run(`CREATE VIEW ${session.qualified(own, relation?.placeholder ?? '')} AS SELECT * FROM ${kept}`);
      await session.enter(own);
      if (!(await isRowByRow(session, sql))) continue;
      const taken = Number((await session.read(`SELECT count(*) FROM (${sql})`)).value(0, 0));
      if (taken <= all * fewRows) found.add(reader);
    }
  } finally {
    await session.enter(scope);
    for (const table of [name(placeholder), rows, places, kept])
      await session.run(`DROP TABLE IF EXISTS ${table} CASCADE`);
  }
  return found;
}

/** What selects and computes each row for itself. */
const rowByRow = /^(PROJECTION|FILTER|UNION|EMPTY_RESULT|RANGE|\w+_SCAN|READ_\w+)$/;

/** Whether a query only selects and computes row by row. */
export async function isRowByRow(session: Session, sql: string): Promise<boolean> {
  const answer = await session.read(`EXPLAIN (FORMAT json) ${sql}`);
  const operators = [...String(answer.value(1, 0)).matchAll(/"name":\s*"([^"]*)"/g)];
  return operators.every(([, name]) => rowByRow.test((name ?? '').trim()));
}

/** The view's rows with the late columns from the table. @param rows the view's with their places. */
export function withLateColumns(session: Session, { placed, names }: LateColumns, rows: string): string {
  const source = session.qualified(placed.scope, placed.placeholder);
  const list = names.map((name) => quoteIdentifier(name));
  return `SELECT kept.* EXCLUDE (${rowPlace}) REPLACE (${list.map((name) => `late.${name} AS ${name}`).join(', ')})
    FROM (${rows}) AS kept JOIN (SELECT ${[rowPlace, ...list].join(', ')} FROM ${source}) AS late ON late.${rowPlace} = kept.${rowPlace}`;
}
