import { analyze, compile } from './bind/compile.ts';
import type { Dialect } from './contract.ts';
import { preludeFor } from './prelude/index.ts';

/** Databricks SQL on DuckDB, by an allow-list: see contract.ts. */
export function createDialect(): Promise<Dialect> {
  return Promise.resolve({
    analyze: (source, parameters) => analyze(source, parameters),
    compile,
    prelude: preludeFor,
  });
}
