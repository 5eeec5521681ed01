import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readScanMessage } from '../../src/scan/messages.ts';
import { activated, until } from './medallion.ts';

describe('open existing project', () => {
  it('opens a report in a tab of its own, and writes nothing unasked', async () => {
    await activated();
    const opened = until(vscode.window.tabGroups.onDidChangeTabs, (change) => change.opened.length > 0);
    await vscode.commands.executeCommand('medallion.project.scan');
    const [tab] = (await opened).opened;
    assert.ok(tab?.input instanceof vscode.TabInputWebview);
    assert.match(tab.input.viewType, /medallion\.scan$/);
    assert.match(tab.label, /^What runs here: /);
    assert.deepEqual(await vscode.workspace.findFiles('medallion.yaml'), []);
    await vscode.window.tabGroups.close(tab);
  });

  it('takes only messages that its page sends, and no file outside of the folder', () => {
    const open = (file: unknown, line: unknown) => readScanMessage({ kind: 'open', file, line });
    assert.deepEqual(open('src/a.sql', 3), { kind: 'open', file: 'src/a.sql', line: 3 });
    assert.deepEqual(readScanMessage({ kind: 'write', text: 'x' }), { kind: 'write' });
    for (const [file, line] of [
      ['../a.sql', 1],
      ['/etc/passwd', 1],
      ['C:\\a.sql', 1],
      ['src/../../a', 1],
      ['', 1],
      ['a.sql', 0],
      ['a.sql', '1'],
    ]) {
      assert.equal(open(file, line), undefined, `${String(file)}:${String(line)}`);
    }
    assert.equal(readScanMessage({ kind: 'run' }), undefined);
  });
});
