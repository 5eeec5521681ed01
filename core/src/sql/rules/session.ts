import { refuse } from '../translate/environment.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { BOOLEAN, STRING } from '../types/spark-type.ts';
import { custom, scalar, type FunctionRule, type FunctionTable, type Translated } from './function-rule.ts';

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

/** The variable of a session that holds the groups of whoever runs it; whoever runs the text gives it its value. */
export const groupsVariable = 'medallion_session_groups';

/** Groups that every workspace has of its own, and no account. */
const workspaceGroups = ['admins', 'users'];

function member(ofAccount: boolean): FunctionRule {
  const own = workspaceGroups.map(quoteText).join(', ');
  return scalar(['string'], BOOLEAN, (name) => {
    const others = ofAccount ? ` AND ${name} NOT IN (${own})` : '';
    return `(CASE WHEN ${name} IS NOT NULL THEN list_contains(getvariable('${groupsVariable}'), ${name})${others} END)`;
  });
}

export const SESSION_RULES: FunctionTable = {
  current_catalog: current('catalog'),
  current_database: current('schema'),
  current_schema: current('schema'),
  is_account_group_member: member(true),
  is_member: member(false),
};
