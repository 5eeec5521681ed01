import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledQuery, CompiledStatement, RankedRows } from '../../../sql/contract.ts';
import type { Counters } from '../counters.ts';
import type { Session } from '../session.ts';
import type { Inputs } from './bind.ts';

/** A temporary view as one statement sees it. */
export interface BoundView {
  readonly query: CompiledQuery;
  /** The DuckDB view that computes it, quoted, valid from everywhere in the session. */
  readonly content: string;
  readonly sql: string;
  /** Every version that it reads. */
  readonly inputs: Inputs;
  readonly ranked: RankedRows | undefined;
}

/** `key` says of what the rows are; without a relation, a table of the session, they are better computed anew. */
interface Kept {
  readonly key: string;
  readonly relation?: string;
}

/**
 * The rows of temporary views that several statements of a script use, computed once. A temporary view is evaluated at each use;
 * its rows are kept only where that cannot be told apart: same versions of every input, same text, same day, no function that
 * answers otherwise each time. A column that fails in a row and that no statement asks for must fail nobody, so a view that
 * cannot be computed as a whole is left as it is.
 */
export class KeptViews {
  readonly #counters: Counters;
  readonly #uses: ReadonlyMap<CompiledQuery, number>;
  readonly #kept = new Map<CompiledQuery, Kept>();

  constructor(script: readonly CompiledStatement[], counters: Counters) {
    this.#counters = counters;
    this.#uses = viewUses(script);
  }

  /** What to read the view's rows from: its kept rows, or its own DuckDB view. */
  async relation(session: Session, view: BoundView): Promise<string> {
    if ((this.#uses.get(view.query) ?? 0) < 2) return view.content;
    const day = await session.read('SELECT current_date::VARCHAR');
    const key = JSON.stringify([view.sql, view.inputs, day.value(0, 0)]);
    let kept = this.#kept.get(view.query);
    if (kept?.key !== key) {
      const relation = await this.#keep(session, view);
      kept = { key, ...(relation === undefined ? {} : { relation }) };
      this.#kept.set(view.query, kept);
    }
    return kept.relation ?? view.content;
  }

  async #keep(session: Session, { content, sql, ranked }: BoundView): Promise<string | undefined> {
    if (session.answersVary(sql) || !(await isWorthKeeping(session, content))) return undefined;
    // A table has every type as it is; the database writes it where its memory ends, column by column.
    const scope = await session.createScope();
    const [kept, rows, places] = ['__kept', '__rows', '__places'].map((name) => session.qualified(scope, name));
    try {
      if (ranked && rows && places) {
        await session.run(`CREATE TABLE ${rows} AS ${ranked.rowsSql}`);
        await session.run(`CREATE TABLE ${places} AS ${ranked.placesSql(rows)}`);
        await session.run(`CREATE VIEW ${kept} AS ${ranked.sql(rows, places)}`);
      } else await session.run(`CREATE TABLE ${kept} AS SELECT * FROM ${content}`);
      this.#counters.viewsKept += 1;
      return kept;
    } catch (error) {
      if (isOfTheRows(error)) return undefined;
      throw error;
    }
  }
}

/** How often the statements of a script name each temporary view. */
function viewUses(script: readonly CompiledStatement[]): ReadonlyMap<CompiledQuery, number> {
  const views = new Map<string, CompiledQuery>();
  const uses = new Map<CompiledQuery, number>();
  for (const statement of script) {
    for (const relation of 'query' in statement ? statement.query.relations : []) {
      if (relation.kind !== 'table' || relation.table.schema !== undefined) continue;
      const view = views.get(relation.table.table.toLowerCase());
      if (view) uses.set(view, (uses.get(view) ?? 0) + 1);
    }
    if (statement.kind === 'createTemporaryView') views.set(statement.name.toLowerCase(), statement.query);
  }
  return uses;
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
