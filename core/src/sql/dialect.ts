import type {
  AnalyzedStatement,
  CompileResult,
  ComputeProfile,
  Dialect,
  ParameterValues,
  SqlSource,
} from './contract.ts';
import { NATIVE_FUNCTIONS } from './functions/index.ts';
import { analyzeSource, compileSource } from './script.ts';
import { castSql } from './translate/cast.ts';
import { fromDuckdbType } from './types/duckdb-type.ts';
import { preludeFor } from './prelude/index.ts';

/** ANSI as SQL warehouses have it; what only ANSI off refuses is found when the statement is compiled for its compute. */
const SCAN_PROFILE: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'scan' };

/** Databricks SQL on DuckDB. Nothing in it is native and it holds no state: it may be created as often as one likes. */
export async function createDialect(): Promise<Dialect> {
  return {
    analyze: (source: SqlSource, parameters?: ParameterValues): readonly AnalyzedStatement[] =>
      analyzeSource(source, parameters, SCAN_PROFILE),
    compile: (source, parameters, profile, names): CompileResult => compileSource(source, parameters, profile, names),
    assign: (sql, from, to) => castSql(sql, fromDuckdbType(from), fromDuckdbType(to), 'strict'),
    prelude: preludeFor,
    functions: NATIVE_FUNCTIONS,
  };
}
