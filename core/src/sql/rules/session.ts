import { refuse } from '../translate/environment.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { STRING } from '../types/spark-type.ts';
import { custom, type FunctionRule, type FunctionTable, type Translated } from './function-rule.ts';

/** What the session is at where the statement runs: the name is known there and not before. */
function current(part: 'catalog' | 'schema'): FunctionRule {
  return custom([0, 0], ({ environment, node }): Translated => {
    const name = `current_${part}()`;
    const unknown = { sql: 'NULL', type: STRING, name };
    const home = environment.callers.length > 0 ? undefined : environment.names.current?.();
    if (home === 'unknown') return unknown;
    const value = home?.[part];
    if (value !== undefined) return { sql: quoteText(value), type: STRING, name };
    refuse(environment, `${name} in a view or a function`, node, 'Write the name.');
    return unknown;
  });
}

export const SESSION_RULES: FunctionTable = {
  current_catalog: current('catalog'),
  current_database: current('schema'),
  current_schema: current('schema'),
};
