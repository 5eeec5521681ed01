import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey, type TableName } from '../../../lake/names.ts';
import type { CompiledQuery } from '../../../sql/contract.ts';
import type { SessionNames, SessionVariable } from '../../../sql/program/session-names.ts';
import type { FunctionDefinition, FunctionHome } from '../../../lake/stored-function.ts';
import { parseFunction, type SqlFunction } from '../../../sql/program/sql-function.ts';
import type { Typed } from '../../../sql/translate/typed.ts';
import { toDuckdbType } from '../../../sql/types/duckdb-type.ts';
import type { SparkType } from '../../../sql/types/spark-type.ts';

/** A variable and where DuckDB keeps its value. */
export interface Variable extends SessionVariable {
  /** The name of the DuckDB variable. */
  readonly slot: string;
  /** Its first value, which DEFAULT gives again; absent: a row's column, which has none. */
  readonly query?: CompiledQuery;
}

interface Scope {
  /** The block's label, or the name of a FOR loop's row. */
  readonly label: string | undefined;
  readonly variables: Map<string, Variable>;
}

/** The functions and variables of one session, and of the scripts that run in it. */
export class Program {
  /** Temporary functions by name in lower case. */
  readonly functions = new Map<string, SqlFunction>();
  /** Functions of the catalog that were asked for, by `tableKey`; undefined: there is none. */
  readonly catalogFunctions = new Map<string, SqlFunction | undefined>();
  readonly #session: Scope = { label: 'session', variables: new Map() };
  #scopes: readonly Scope[] = [];
  #slots = 0;

  /** True where the session has nothing of its own. */
  get isEmpty(): boolean {
    return this.functions.size === 0 && this.#session.variables.size === 0 && this.#scopes.length === 0;
  }

  /** The same, to be changed without effect on this one. */
  copy(): Program {
    const copy = new Program();
    for (const [key, value] of this.functions) copy.functions.set(key, value);
    for (const [key, value] of this.catalogFunctions) copy.catalogFunctions.set(key, value);
    for (const [key, value] of this.#session.variables) copy.#session.variables.set(key, value);
    copy.#scopes = this.#scopes.map(({ label, variables }) => ({ label, variables: new Map(variables) }));
    copy.#slots = this.#slots;
    return copy;
  }

  /** Runs work in which the variables of a new scope are seen, innermost. */
  async within<T>(label: string | undefined, work: () => Promise<T>): Promise<T> {
    const around = this.#scopes;
    this.#scopes = [...around, { label: label?.toLowerCase(), variables: new Map() }];
    try {
      return await work();
    } finally {
      this.#scopes = around;
    }
  }

  /** Runs work in which a script's variables are not seen, as EXECUTE IMMEDIATE does. */
  async outsideScripts<T>(work: () => Promise<T>): Promise<T> {
    const around = this.#scopes;
    this.#scopes = [];
    try {
      return await work();
    } finally {
      this.#scopes = around;
    }
  }

  /**
   * Declares a variable in the innermost scope. The value is the caller's to set.
   * @throws ExpectedError `sql.variable-exists`, `sql.unresolved-variable` for a name that is not the session's.
   */
  declare(parts: readonly string[], type: SparkType, orReplace: boolean, query?: CompiledQuery): Variable {
    const name = parts.at(-1) ?? '';
    const scope = this.#scopes.at(-1) ?? this.#session;
    const prefix = parts.slice(0, -1).join('.').toLowerCase();
    if (prefix !== '' && (scope !== this.#session || !['session', 'system.session'].includes(prefix)))
      throw unresolvedVariable(parts);
    if (scope.variables.has(name.toLowerCase()) && !orReplace)
      throw new ExpectedError({
        code: 'sql.variable-exists',
        message: `There is a variable ${name} already.`,
        nextStep: 'Write DECLARE OR REPLACE, or another name.',
      });
    const slot = this.slot();
    const sql = `CAST(getvariable('${slot}') AS ${toDuckdbType(type)})`;
    const variable: Variable = { name, type, sql, slot, ...(query ? { query } : {}) };
    scope.variables.set(name.toLowerCase(), variable);
    return variable;
  }

  /** A name that no other value of DuckDB has. */
  slot(): string {
    return `medallion_${++this.#slots}`;
  }

  /** Takes a session variable away. False where there is none. */
  drop(parts: readonly string[]): boolean {
    const prefix = parts.slice(0, -1).join('.').toLowerCase();
    if (!['', 'session', 'system.session'].includes(prefix)) return false;
    return this.#session.variables.delete(parts.at(-1)?.toLowerCase() ?? '');
  }

  /** The variable that the first parts name, and how many they are. */
  variable(parts: readonly string[]): { readonly variable: Variable; readonly parts: number } | undefined {
    const lower = parts.map((part) => part.toLowerCase());
    const [first = '', second = '', third = ''] = lower;
    for (const scope of [...this.#scopes].reverse()) {
      const labelled = scope.label !== undefined && scope.label === first ? scope.variables.get(second) : undefined;
      if (labelled) return { variable: labelled, parts: 2 };
      const plain = scope.variables.get(first);
      if (plain) return { variable: plain, parts: 1 };
    }
    const { variables } = this.#session;
    const full = first === 'system' && second === 'session' ? variables.get(third) : undefined;
    if (full) return { variable: full, parts: 3 };
    const half = first === 'session' ? variables.get(second) : undefined;
    if (half) return { variable: half, parts: 2 };
    const plain = variables.get(first);
    return plain && { variable: plain, parts: 1 };
  }

  /** @throws ExpectedError `sql.unresolved-variable` */
  target(parts: readonly string[]): Variable {
    const found = this.variable(parts);
    if (found?.parts !== parts.length) throw unresolvedVariable(parts);
    return found.variable;
  }
}

function unresolvedVariable(parts: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'sql.unresolved-variable',
    message: `There is no variable ${parts.join('.')}.`,
    nextStep: 'Declare it: DECLARE name type.',
  });
}

/** Names as one statement of a program sees them; what it was told once stays so, or the statement is refused. */
export class ProgramNames implements SessionNames {
  /** Functions that the catalog must be asked for. */
  readonly missing = new Map<string, TableName>();
  readonly #program: Program;
  readonly #home: FunctionHome;
  readonly #parameters: ReadonlyMap<string, Typed>;
  readonly #views: ReadonlySet<string>;
  readonly #told = new Map<string, unknown>();

  constructor(
    program: Program,
    home: FunctionHome,
    parameters: ReadonlyMap<string, Typed> = new Map(),
    views: readonly string[] = [],
  ) {
    this.#program = program;
    this.#home = home;
    this.#parameters = parameters;
    this.#views = new Set(views.map((name) => name.toLowerCase()));
  }

  home(table: string): FunctionHome | undefined {
    return this.#views.has(table.toLowerCase()) ? undefined : this.#home;
  }

  current(): FunctionHome {
    return this.#home;
  }

  function(parts: readonly string[], caller: FunctionDefinition | undefined): SqlFunction | 'unknown' | undefined {
    const [only = ''] = parts;
    const temporary = parts.length === 1 && caller?.temporary !== false;
    const own = temporary ? this.#program.functions.get(only.toLowerCase()) : undefined;
    if (own) return this.#same(`temporary ${only.toLowerCase()}`, own);
    const home = caller?.home.schema === undefined ? this.#home : caller.home;
    const name = completeFunction(parts, home);
    if (!name) return undefined;
    const key = tableKey(name);
    if (this.#program.catalogFunctions.has(key)) return this.#same(key, this.#program.catalogFunctions.get(key));
    this.missing.set(key, name);
    return 'unknown';
  }

  variable(parts: readonly string[]): { variable: SessionVariable; parts: number } | undefined {
    const found = this.#program.variable(parts);
    const same = this.#same(`variable ${parts.join('.').toLowerCase()}`, found?.variable);
    return found && same ? found : undefined;
  }

  parameter(name: string): Typed | undefined {
    return this.#parameters.get(name);
  }

  /** A view is bound again where it is used: a function that was made anew since is not the one that it was made with. */
  #same<T>(key: string, now: T): T | undefined {
    if (!this.#told.has(key)) this.#told.set(key, now);
    return this.#told.get(key) === now ? now : undefined;
  }
}

/** A function's full name; undefined where the current catalog or schema would complete it and is not set. */
export function completeFunction(parts: readonly string[], home: FunctionHome): TableName | undefined {
  const [name, schema = home.schema, catalog = home.catalog] = [...parts].reverse();
  if (name === undefined || schema === undefined || catalog === undefined || parts.length > 3) return undefined;
  return { catalog, schema, table: name };
}

/** @throws ExpectedError `sql.not-emulated` where the definition, perhaps another tool's, cannot be read. */
export function readableFunction(definition: FunctionDefinition): SqlFunction {
  try {
    return parseFunction(definition);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExpectedError({
      code: 'sql.not-emulated',
      message: `The function ${definition.name} is not emulated locally: ${why}`,
      nextStep: 'Run this task with Spark.',
      cause: error,
    });
  }
}
