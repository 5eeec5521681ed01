import type { AnalyzedStatement, Dialect, TableReference } from '@medallion/core/sql/contract.ts';

/**
 * A dialect for tests of what lies around it: statements end at `;`, MERGE and STREAMING are refused at their own line, and THROW
 * is the bug that a parser may have.
 */
export const lineDialect: Pick<Dialect, 'analyze'> = {
  analyze({ text, file, firstLine = 1 }): readonly AnalyzedStatement[] {
    if (text.includes('THROW')) throw new Error('the parser broke');
    let line = firstLine;
    return text.split(';').flatMap((part): readonly AnalyzedStatement[] => {
      const lead = /^(?:\s|--.*\n)*/.exec(part)?.[0] ?? '';
      const start = { line: line + lead.split('\n').length - 1, column: 1 };
      line += part.split('\n').length - 1;
      const body = part.slice(lead.length).trim();
      if (body === '') return [];
      const range = { file, start };
      const refused = /MERGE|STREAMING/.exec(body)?.[0];
      const [, schema, table] = /\b(\w+)\.(\w+)\b/.exec(body) ?? [];
      const reads: readonly TableReference[] = schema && table ? [{ schema, table, range }] : [];
      const message = `${refused ?? ''} is not emulated.`;
      const diagnostics = refused ? [{ severity: 'error' as const, code: 'sql.not-emulated', message, range }] : [];
      return [{ text: body, range, kind: 'query', verdict: refused ? 'refused' : 'here', diagnostics, reads }];
    });
  },
};
