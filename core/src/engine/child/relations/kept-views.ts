import { ExpectedError } from '../../../base/expected-error.ts';
import type {
  BoundQuery,
  CompiledQuery,
  CompiledStatement,
  RankedRows,
  RelationColumn,
} from '../../../sql/contract.ts';
import type { Counters } from '../counters.ts';
import type { Session } from '../session.ts';
import { type AskedColumns, askedColumns, onlyAsked } from './asked-columns.ts';
import { type Inputs, withTypes } from './bind.ts';
import { rowPlace } from './carried.ts';
import { isRowByRow, type LateColumns, lateColumns, type PlacedView, withLateColumns } from './late-columns.ts';

/** A temporary view as one statement sees it. */
export interface BoundView {
  readonly query: CompiledQuery;
  /** The DuckDB view that computes it, quoted, valid from everywhere in the session. */
  readonly content: string;
  readonly sql: string;
  readonly columns: BoundQuery['columns'];
  /** Every version that it reads. */
  readonly inputs: Inputs;
  readonly ranked: RankedRows | undefined;
  /** Where it is bound; its placeholders are found from there. */
  readonly scope: string;
  /** The same over the rows of its one table with their places, where it has one. */
  readonly placed: () => Promise<PlacedView | undefined>;
}

/** `key` says of what the rows are; without a relation, a table of the session, they are better computed anew. */
interface Kept {
  readonly key: string;
  readonly relation?: string;
  /** Where not every column has its values: the text of each statement that the rows were kept for. No other may read them. */
  readonly texts?: ReadonlyMap<CompiledQuery, string>;
  /** For the statements that ask for what is read from the table again. */
  readonly late?: {
    readonly relation: string;
    readonly readers: ReadonlySet<CompiledQuery>;
    /** How many. */
    readonly columns: number;
  };
}

/**
 * The rows of temporary views that several statements of a script use, computed once. A temporary view is evaluated at each use;
 * its rows are kept only where that cannot be told apart: same versions of every input, same text, same day, no function that
 * answers otherwise each time. A column that fails in a row and that no statement asks for must fail nobody, so a view that
 * cannot be computed as a whole is left as it is. What no statement asks for is kept as NULL: most of a text that was taken apart. So is
 * what is asked of few rows alone, such as the text of those that are turned away: it is read from the table again (`late-columns.ts`).
 */
export class KeptViews {
  readonly #counters: Counters;
  readonly #users: ReadonlyMap<CompiledQuery, readonly ViewUser[]>;
  readonly #kept = new Map<CompiledQuery, Kept>();
  /** Views of which everything is kept, as a statement's text was another one when it ran. */
  readonly #whole = new Set<CompiledQuery>();

  constructor(script: readonly CompiledStatement[], counters: Counters) {
    this.#counters = counters;
    this.#users = viewUsers(script);
  }

  /** What to read the view's rows from: its kept rows, or its own DuckDB view. @param reader the statement's own query. */
  async relation(session: Session, view: BoundView, reader: CompiledQuery): Promise<string> {
    if ((this.#users.get(view.query)?.length ?? 0) < 2) return view.content;
    const day = await session.read('SELECT current_date::VARCHAR');
    const key = JSON.stringify([view.sql, view.inputs, day.value(0, 0)]);
    let kept = this.#kept.get(view.query);
    if (kept?.key !== key) {
      kept = { key, ...(await this.#keep(session, view)) };
      this.#kept.set(view.query, kept);
    }
    if (kept.late?.readers.has(reader) === true) return kept.late.relation;
    const isFor = kept.texts === undefined || kept.texts.has(reader);
    return (isFor ? kept.relation : undefined) ?? view.content;
  }

  /**
   * Whether a statement may read what was kept for it: its text is the one that told what it asks for. If not, the rows are
   * forgotten, and the statement is to be bound again.
   */
  holds(reader: CompiledQuery, sql: string): boolean {
    const others = [...this.#kept].filter(([, { texts }]) => texts?.has(reader) === true && texts.get(reader) !== sql);
    for (const [query] of others) {
      this.#kept.delete(query);
      this.#whole.add(query);
    }
    return others.length === 0;
  }

  async #keep(session: Session, view: BoundView): Promise<Omit<Kept, 'key'>> {
    const { content, sql, ranked } = view;
    if (session.answersVary(sql) || (await isRowByRow(session, `SELECT * FROM ${content}`))) return {};
    // A table has every type as it is; the database writes it where its memory ends, column by column.
    const scope = await session.createScope();
    try {
      const asked = await this.#asked(session, view);
      const made = ranked
        ? await keepRanked(session, scope, view, ranked, asked)
        : await keepWhole(session, scope, view, asked);
      this.#counters.viewsKept += 1;
      this.#counters.columnsReadLate += made.late?.columns ?? 0;
      return { ...made, ...(asked ? { texts: asked.texts } : {}) };
    } catch (error) {
      if (isOfTheRows(error)) return {};
      throw error;
    }
  }

  /** What the statements ask for; undefined, where one of them cannot be told. */
  async #asked(session: Session, { query, content, columns: types, ranked }: BoundView): Promise<Asked | undefined> {
    if (this.#whole.has(query) || (ranked && ranked.number === undefined)) return undefined;
    const columns = withTypes(await session.describe(content), types);
    const texts = new Map<CompiledQuery, string>();
    for (const { query: user, isView } of this.#users.get(query) ?? []) {
      const sql = isView ? undefined : textOver(user, columns);
      if (sql === undefined) return undefined;
      texts.set(user, sql);
    }
    const all = [...texts.values(), ...(ranked ? [ranked.placesSql('rows')] : [])];
    const names = columns.map(({ name }) => name);
    const asked = askedColumns(all, names);
    return asked && { texts, asked, columns: columns.filter(({ name }) => name !== ranked?.number) };
  }
}

interface Asked {
  readonly texts: ReadonlyMap<CompiledQuery, string>;
  readonly asked: AskedColumns;
  /** Of the rows that are stored. */
  readonly columns: readonly RelationColumn[];
}

type Made = Pick<Kept, 'relation' | 'late'>;

async function keepWhole(
  session: Session,
  scope: string,
  { content }: BoundView,
  asked: Asked | undefined,
): Promise<Made> {
  const kept = session.qualified(scope, '__kept');
  const all = `SELECT * FROM ${content}`;
  await session.run(`CREATE TABLE ${kept} AS ${asked ? onlyAsked(all, asked.columns, asked.asked) : all}`);
  return { relation: kept };
}

async function keepRanked(
  session: Session,
  scope: string,
  view: BoundView,
  ranked: RankedRows,
  asked: Asked | undefined,
): Promise<Made> {
  const [kept = '', rows = '', places = '', lateView = ''] = ['__kept', '__rows', '__places', '__late'].map((name) =>
    session.qualified(scope, name),
  );
  const late = asked && (await lateColumns(session, { ...asked, ranked, placed: view.placed }));
  const parts = late?.placed.ranked ?? ranked;
  if (!late) await session.enter(view.scope);
  await session.run(`CREATE TABLE ${rows} AS ${asked ? storedRows(parts, asked, late) : parts.rowsSql}`);
  await session.run(`CREATE TABLE ${places} AS ${parts.placesSql(rows)}`);
  const all = parts.sql(rows, places);
  await session.run(`CREATE VIEW ${kept} AS ${late ? `SELECT * EXCLUDE (${rowPlace}) FROM (${all})` : all}`);
  if (!late) return { relation: kept };
  await session.run(`CREATE VIEW ${lateView} AS ${withLateColumns(session, late, all)}`);
  return { relation: kept, late: { relation: lateView, readers: late.readers, columns: late.names.length } };
}

function storedRows({ rowsSql }: RankedRows, { asked, columns }: Asked, late: LateColumns | undefined): string {
  const names = new Set(late?.names.map((name) => name.toLowerCase()));
  const stored = { ...asked, columns: new Set([...asked.columns].filter((name) => !names.has(name))) };
  return onlyAsked(rowsSql, columns, stored);
}

/** A statement's text where it reads the view alone. */
function textOver(user: CompiledQuery, columns: readonly RelationColumn[]): string | undefined {
  if (user.relations.length !== 1) return undefined;
  try {
    return user.bind(() => columns).duckdbSql;
  } catch (error) {
    // What is wrong with it, it says itself when it is its turn.
    if (error instanceof ExpectedError) return undefined;
    throw error;
  }
}

interface ViewUser {
  readonly query: CompiledQuery;
  /** Of another view: what reads that one is not told. */
  readonly isView: boolean;
}

/** The statements of a script that name each temporary view, by place. */
function viewUsers(script: readonly CompiledStatement[]): ReadonlyMap<CompiledQuery, readonly ViewUser[]> {
  const views = new Map<string, CompiledQuery>();
  const users = new Map<CompiledQuery, ViewUser[]>();
  for (const statement of script) {
    const isView = statement.kind === 'createTemporaryView';
    if (!('query' in statement)) continue;
    const { query } = statement;
    for (const relation of query.relations) {
      if (relation.kind !== 'table' || relation.table.schema !== undefined) continue;
      const view = views.get(relation.table.table.toLowerCase());
      if (view) users.set(view, [...(users.get(view) ?? []), { query, isView }]);
    }
    if (isView) views.set(statement.name.toLowerCase(), statement.query);
  }
  return users;
}

/** What asking for fewer columns or rows may avoid. */
function isOfTheRows(error: unknown): boolean {
  const codes = ['engine.statement-failed', 'engine.analysis-failed', 'engine.out-of-memory', 'engine.disk-full'];
  return error instanceof ExpectedError && codes.includes(error.code);
}
