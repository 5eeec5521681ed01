import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activated, until } from './medallion.ts';

const text = 'CREATE TABLE t AS SELECT CAST(1 AS DECIMAL(9,2)) AS price;\nSELECT price FROM t;\nSELECT t. FROM t';

describe('an editor of SQL', () => {
  let folder: string;
  let document: vscode.TextDocument;
  before(async () => {
    await activated();
    folder = mkdtempSync(join(tmpdir(), 'medallion-sql-'));
    writeFileSync(join(folder, 'a.sql'), text);
    document = await vscode.workspace.openTextDocument(join(folder, 'a.sql'));
    await vscode.languages.setTextDocumentLanguage(document, 'sql');
    await vscode.window.showTextDocument(document);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  it('completes the columns of a table that a statement before makes, in a statement that does not parse', async () => {
    const at = new vscode.Position(2, 9);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    const price = items.find(({ label }) => label === 'price');
    assert.equal(price?.detail, 'decimal(9,2)');
    assert.equal(price.kind, vscode.CompletionItemKind.Field);
  });

  it('tells a column’s type under the cursor', async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(1, 9),
    );
    const shown = hovers.flatMap(({ contents }) =>
      contents.map((one) => (one instanceof vscode.MarkdownString ? one.value : JSON.stringify(one))),
    );
    assert.match(shown.join('\n'), /price: decimal\(9,2\)/);
  });

  it('shows what DuckDB is asked beside the file, read-only, and follows it', async () => {
    await vscode.commands.executeCommand('medallion.sql.showDuckdb');
    const shown = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'medallion-duckdb');
    assert.match(shown?.getText() ?? '', /-- Line 2: QUERY\n-- __lake_0 = default\.t\nSELECT /);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'SELECT 12345;\n');
    const followed = until(
      vscode.workspace.onDidChangeTextDocument,
      (change) => change.document === shown && /12345/.test(shown.getText()),
    );
    await vscode.workspace.applyEdit(edit);
    await followed;
  });
});
