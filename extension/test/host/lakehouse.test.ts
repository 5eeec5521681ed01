import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { stopLocalAzure } from '@medallion/local/stop.ts';
import type { MedallionApi } from '../../src/extension.ts';
import { fillSmallLake } from '../support/small-lake.ts';
import { activated, child, fixtures, until } from './medallion.ts';

describe('the lakehouse view over a local Azure', () => {
  let api: MedallionApi;

  before(async () => {
    api = await activated();
    assert.equal(api.lake.state.kind, 'stopped');
    assert.deepEqual(await api.view.getChildren(), []);
    await vscode.commands.executeCommand('medallion.azure.start');
    assert.equal(api.lake.state.kind, 'running');
    await fillSmallLake(api.lake.storage, fixtures());
  });

  after(() => vscode.commands.executeCommand('medallion.azure.stop'));

  it('shows layers in their order, then the containers that are none', async () => {
    const root = await child(api, 'local');
    const children = await api.view.getChildren(root);
    const labels = children.map((node) => api.view.getTreeItem(node).label);
    assert.deepEqual(labels, ['bronze', 'silver', 'gold', 'exports']);
  });

  it('leads from a Delta table to its partitions and files, with their sizes', async () => {
    const root = await child(api, 'local');
    const silver = await child(api, 'silver', root);
    const orders = await child(api, 'orders', silver);
    assert.equal(orders.kind, 'table');
    assert.equal(api.view.getTreeItem(orders).description, 'Delta');
    const day = await child(api, 'day=2026-01-02', orders);
    assert.match(String(api.view.getTreeItem(day).description), /^1 file, 3\.\d kB$/);
    const [file] = await api.view.getChildren(day);
    assert.ok(file?.kind === 'file');
    const item = api.view.getTreeItem(file);
    assert.match(String(item.description), /^3\.\d kB, /);
    assert.equal(item.contextValue, 'file preview place');
    assert.equal(api.view.getParent(file)?.id, day.id);
  });

  it('leads through hive partitions that no log tells of', async () => {
    const root = await child(api, 'local');
    const table = await child(api, 'raw/orders', await child(api, 'bronze', root));
    const partition = await child(api, 'day=2026-01-01', table);
    assert.equal((await child(api, 'part-0.parquet', partition)).kind, 'file');
  });

  it('copies the path of a table as Azure writes it', async () => {
    const orders = await child(api, 'orders', await child(api, 'silver', await child(api, 'local')));
    await vscode.commands.executeCommand('medallion.lakehouse.copyAbfsPath', orders);
    const copied = await vscode.env.clipboard.readText();
    assert.equal(copied, 'abfss://silver@devstoreaccount1.dfs.core.windows.net/orders');
  });

  it('serves the lake as a read-only file system', async () => {
    const at = (path: string) => vscode.Uri.parse(`medallion-lake://local/${path}`);
    const file = at('exports/read me.txt');
    const { size, type, permissions } = await vscode.workspace.fs.stat(file);
    assert.deepEqual([size, type, permissions], [17, vscode.FileType.File, vscode.FilePermission.Readonly]);
    assert.equal((await vscode.workspace.openTextDocument(file)).getText(), 'No Parquet here.\n');
    const listed = await vscode.workspace.fs.readDirectory(at('exports'));
    assert.deepEqual(listed.map(([name]) => name).sort(), ['corrupt.parquet', 'hostile.parquet', 'read me.txt']);
    assert.ok((await vscode.workspace.fs.readDirectory(at(''))).some(([name]) => name === 'silver'));
    await assert.rejects(async () => vscode.workspace.fs.stat(at('exports/none.txt')), { code: 'FileNotFound' });
    await assert.rejects(async () => vscode.workspace.fs.writeFile(file, new Uint8Array()), { code: /NoPermissions/ });
  });

  it('shows a failed load as a node with the reason, and loads it again on its command', async () => {
    const orders = await child(api, 'orders', await child(api, 'silver', await child(api, 'local')));
    const log = { container: 'silver', path: 'orders/_delta_log/00000000000000000000.json' };
    const kept = await api.lake.storage.read(log);
    await api.lake.storage.write(log, new TextEncoder().encode('{ broken'));
    const [failed] = await api.view.getChildren(orders);
    assert.ok(failed?.kind === 'error');
    assert.match(failed.code, /^delta\./);
    assert.equal(api.view.getTreeItem(failed).contextValue, 'error');
    await api.lake.storage.write(log, kept);
    const told = until(api.view.onDidChangeTreeData, () => true);
    await vscode.commands.executeCommand('medallion.lakehouse.refresh', failed);
    assert.equal((await told)?.id, orders.id);
    assert.equal((await api.view.getChildren(orders)).length, 2);
  });

  it('keeps native modules out of the extension host', () => {
    const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: readonly string[] };
    assert.ok(sharedObjects.length > 0);
    assert.deepEqual(
      sharedObjects.filter((file) => /duckdb/i.test(file)),
      [],
    );
  });

  it('follows what another process stops', async () => {
    const stopped = until(api.lake.onDidChange, ({ kind }) => kind === 'stopped');
    assert.ok(api.lake.folder);
    await stopLocalAzure(`${api.lake.folder.path}/.medallion`);
    await stopped;
    assert.deepEqual(await api.view.getChildren(), []);
  });
});
