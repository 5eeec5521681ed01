import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** What DuckDB is asked for each statement of the file, beside it. */
export const showDuckdb: Command = {
  id: 'medallion.sql.showDuckdb',
  async run({ documents }) {
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (uri?.scheme === 'file') await documents.showDuckdb(uri);
  },
};
