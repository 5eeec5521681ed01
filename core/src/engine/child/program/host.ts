import type { TableName } from '../../../lake/names.ts';
import type { BoundQuery, CompiledQuery, CompiledStatement, ComputeProfile, Dialect } from '../../../sql/contract.ts';
import type { FunctionDefinition, FunctionHome } from '../../../lake/stored-function.ts';
import type { Program } from './program.ts';

/** A query whose text runs as it stands. */
export interface ReadyQuery {
  readonly sql: string;
  readonly columns: BoundQuery['columns'];
}

/** What a program's statements need of the session in which they run. */
export interface ProgramHost {
  readonly program: Program;
  readonly dialect: Dialect;
  readonly profile: ComputeProfile;
  /** The current catalog and schema. */
  home(): FunctionHome;
  /** Temporary views, lower-case. */
  views(): readonly string[];
  /** Binds a query so that its text may be run next. */
  ready(query: CompiledQuery): Promise<ReadyQuery>;
  run(sql: string): Promise<void>;
  /** The value in the first column of the first row; undefined where there is no row. */
  value(sql: string): Promise<unknown>;
  /** Runs a statement of a script or of EXECUTE IMMEDIATE. */
  execute(statement: CompiledStatement): Promise<void>;
  /** Lets a loop be cancelled whose body asks DuckDB for nothing. @throws ExpectedError `engine.cancelled`. */
  pause(): Promise<void>;
  /** A function of the catalog; undefined where there is none. */
  findFunction(name: TableName): Promise<FunctionDefinition | undefined>;
  createFunction(name: TableName, definition: FunctionDefinition): Promise<void>;
  replaceFunction(name: TableName, definition: FunctionDefinition): Promise<void>;
  dropFunction(name: TableName): Promise<void>;
}
