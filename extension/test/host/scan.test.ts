import * as assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activated, until } from './medallion.ts';

const bundle = `bundle: { name: shop }
targets: { dev: { default: true } }
resources:
  jobs:
    daily:
      name: daily
      tasks:
        - { task_key: orders, sql_task: { warehouse_id: local, file: { path: ./orders.sql } } }
        - { task_key: train, spark_python_task: { python_file: ./train.py } }
`;

describe('open existing project', () => {
  const files: string[] = [];
  const write = (folder: string, name: string, text: string) => {
    files.push(join(folder, name));
    writeFileSync(join(folder, name), text);
  };

  after(() => {
    for (const file of files) rmSync(file, { force: true });
  });

  it("shows what of the folder's bundle runs here, totals first, and writes nothing unasked", async () => {
    const { lake } = await activated();
    const folder = lake.folder?.path;
    assert.ok(folder);
    write(folder, 'databricks.yml', bundle);
    write(folder, 'orders.sql', 'SELECT 1 AS one;\n');
    write(folder, 'train.py', 'print(1)\n');
    const shown = until(vscode.window.onDidChangeActiveTextEditor, (editor) => editor?.document.isUntitled ?? false);
    // Not awaited: at its end the command asks whether to write medallion.yaml, and here nobody answers.
    const command = vscode.commands.executeCommand('medallion.project.scan');
    command.then(undefined, (error: unknown) => assert.fail(String(error)));
    const editor = await shown;
    const lines = editor?.document.getText().split('\n') ?? [];
    assert.ok(lines.includes('| Tasks | 1 | 1 | 0 |'), lines.join('\n'));
    assert.ok(lines.includes('| SQL statements | 1 | 0 | 0 |'));
    assert.ok(lines.some((line) => line.startsWith('- **needs Spark** ') && line.includes('train')));
    const written = await vscode.workspace.findFiles('medallion.yaml');
    assert.deepEqual(written, []);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
