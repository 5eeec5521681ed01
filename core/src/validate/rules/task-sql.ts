import type { Rule } from '../rule.ts';

/** What the dialect says of the SQL that tasks run. */
export const taskSql: Rule = (context) =>
  [...context.taskSql.values()].flatMap((statements) => statements.flatMap(({ diagnostics }) => diagnostics));
