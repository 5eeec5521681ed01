import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** Asks the running lake the query that is selected, or that the cursor stands in. */
export const runQuery: Command = {
  id: 'medallion.query.run',
  needsTrust: true,
  async run({ queries }) {
    const editor = vscode.window.activeTextEditor;
    if (editor) await queries.run(editor);
  },
};
