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
import { askedColumns, onlyAsked } from './asked-columns.ts';
import { type Inputs, withTypes } from './bind.ts';

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
}

/** `key` says of what the rows are; without a relation, a table of the session, they are better computed anew. */
interface Kept {
  readonly key: string;
  readonly relation?: string;
  /** Where not every column has its values: the text of each statement that the rows were kept for. No other may read them. */
  readonly texts?: ReadonlyMap<CompiledQuery, string>;
}

/**
 * The rows of temporary views that several statements of a script use, computed once. A temporary view is evaluated at each use;
 * its rows are kept only where that cannot be told apart: same versions of every input, same text, same day, no function that
 * answers otherwise each time. A column that fails in a row and that no statement asks for must fail nobody, so a view that
 * cannot be computed as a whole is left as it is. What no statement asks for is kept as NULL: most of a text that was taken apart.
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
    if (session.answersVary(sql) || !(await isWorthKeeping(session, content))) return {};
    // A table has every type as it is; the database writes it where its memory ends, column by column.
    const scope = await session.createScope();
    const [kept = '', rows = '', places = ''] = ['__kept', '__rows', '__places'].map((name) =>
      session.qualified(scope, name),
    );
    const { select, texts } = await this.#asked(session, view);
    try {
      if (ranked) {
        await session.run(`CREATE TABLE ${rows} AS ${select(ranked.rowsSql)}`);
        await session.run(`CREATE TABLE ${places} AS ${ranked.placesSql(rows)}`);
        await session.run(`CREATE VIEW ${kept} AS ${ranked.sql(rows, places)}`);
      } else await session.run(`CREATE TABLE ${kept} AS ${select(`SELECT * FROM ${content}`)}`);
      this.#counters.viewsKept += 1;
      return { relation: kept, ...(texts ? { texts } : {}) };
    } catch (error) {
      if (isOfTheRows(error)) return {};
      throw error;
    }
  }

  /** How to select the rows to keep, and the texts for which that is enough; everything, where a statement cannot be told. */
  async #asked(session: Session, view: BoundView): Promise<Asked> {
    const everything: Asked = { select: (sql) => sql };
    const { query, content, ranked } = view;
    if (this.#whole.has(query) || (ranked && ranked.number === undefined)) return everything;
    const columns = withTypes(await session.describe(content), view.columns);
    const texts = new Map<CompiledQuery, string>();
    for (const { query: user, isView } of this.#users.get(query) ?? []) {
      const sql = isView ? undefined : textOver(user, columns);
      if (sql === undefined) return everything;
      texts.set(user, sql);
    }
    const all = [...texts.values(), ...(ranked ? [ranked.placesSql('rows')] : [])];
    const asked = askedColumns(
      all,
      columns.map(({ name }) => name),
    );
    if (!asked) return everything;
    const stored = columns.filter(({ name }) => name !== ranked?.number);
    return { select: (sql) => onlyAsked(sql, stored, asked), texts };
  }
}

interface Asked {
  readonly select: (sql: string) => string;
  readonly texts?: ReadonlyMap<CompiledQuery, string>;
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
    for (const relation of 'query' in statement ? statement.query.relations : []) {
      if (relation.kind !== 'table' || relation.table.schema !== undefined) continue;
      const view = views.get(relation.table.table.toLowerCase());
      if (view && 'query' in statement)
        users.set(view, [...(users.get(view) ?? []), { query: statement.query, isView }]);
    }
    if (isView) views.set(statement.name.toLowerCase(), statement.query);
  }
  return users;
}

/** What only selects and computes row by row is read as fast again, and then with the statement's own filters before it. */
const rowByRow = /^(PROJECTION|FILTER|UNION|EMPTY_RESULT|RANGE|\w+_SCAN|READ_\w+)$/;

async function isWorthKeeping(session: Session, content: string): Promise<boolean> {
  const answer = await session.read(`EXPLAIN (FORMAT json) SELECT * FROM ${content}`);
  const operators = [...String(answer.value(1, 0)).matchAll(/"name":\s*"([^"]*)"/g)].map(([, name]) =>
    (name ?? '').trim(),
  );
  return operators.some((name) => !rowByRow.test(name));
}

/** What asking for fewer columns or rows may avoid. */
function isOfTheRows(error: unknown): boolean {
  const codes = ['engine.statement-failed', 'engine.analysis-failed', 'engine.out-of-memory', 'engine.disk-full'];
  return error instanceof ExpectedError && codes.includes(error.code);
}
