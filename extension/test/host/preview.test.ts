import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readMessage } from '../../src/preview/messages.ts';
import { openFileSource } from '../../src/preview/file-source.ts';
import { escapeHtml } from '../../src/page.ts';
import { activated, fixture } from './medallion.ts';

describe('the Parquet preview', () => {
  it('opens as the default editor of a file', async () => {
    await vscode.commands.executeCommand('vscode.open', fixture('orders-1.parquet'));
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.ok(activeTab?.input instanceof vscode.TabInputCustom);
    assert.equal(activeTab.input.viewType, 'medallion.parquet');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('reads facts and exact rows by ranges', async () => {
    const { lake } = await activated();
    await using source = await openFileSource(fixture('orders-1.parquet'), lake);
    const { facts } = source;
    assert.equal(facts.rowCount, 250);
    assert.deepEqual(
      facts.schema?.filter(({ depth }) => depth === 0).map(({ name, logicalType }) => [name, logicalType]),
      [
        ['order_id', 'int64'],
        ['customer_id', 'string'],
        ['unit_price', 'decimal(10,2)'],
        ['quantity', 'int32'],
        ['ordered_at', 'timestamp(micros)'],
        ['description', 'string'],
        ['tags', 'list<string>'],
      ],
    );
    const { rows, more } = await source.readRows(200, 100, AbortSignal.timeout(20_000));
    assert.equal(rows.length, 50);
    assert.equal(more, false);
    assert.deepEqual(rows[0]?.slice(0, 4), [1200, 'C17500', '11.25', 9]);
    assert.match(source.cost(), /^\d+(\.\d)? kB read in 1 range$/);
  });

  it('tells what is wrong with a corrupt file', async () => {
    const { lake } = await activated();
    await assert.rejects(openFileSource(fixture('corrupt.parquet'), lake), { code: 'parquet.corrupt' });
  });

  it('takes only messages that its page sends', () => {
    assert.deepEqual(readMessage({ kind: 'rows', start: 0, count: 1e9 }), { kind: 'rows', start: 0, count: 1000 });
    for (const bad of [
      null,
      'rows',
      {},
      { kind: 'rows', start: -1, count: 5 },
      { kind: 'rows', start: 0.5, count: 5 },
    ]) {
      assert.equal(readMessage(bad), undefined);
    }
    assert.equal(escapeHtml(`<a b="c">'&`), '&lt;a b=&quot;c&quot;&gt;&#39;&amp;');
  });
});
