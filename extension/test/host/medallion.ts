import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { LakeNode } from '@medallion/core/lake/nodes.ts';
import type { MedallionApi } from '../../src/extension.ts';

/** The extension under test, activated. */
export async function activated(): Promise<MedallionApi> {
  return (await extension().activate()) as MedallionApi;
}

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('medallion.medallion-lakehouse');
  assert.ok(found, 'the extension is not installed');
  return found;
}

export function fixture(name: string): vscode.Uri {
  const folder = process.env['MEDALLION_TEST_FIXTURES'];
  assert.ok(folder, 'MEDALLION_TEST_FIXTURES is not set');
  return vscode.Uri.joinPath(vscode.Uri.file(folder), name);
}

export function fixtures(): string {
  return fixture('').fsPath;
}

/** The child whose label, as the tree draws it, is this one. */
export async function child(api: MedallionApi, label: string, node?: LakeNode): Promise<LakeNode> {
  const children = await api.view.getChildren(node);
  const labels = children.map((candidate) => labelOf(api, candidate));
  const found = children[labels.indexOf(label)];
  assert.ok(found, `no ${label} among ${labels.join(', ')}`);
  return found;
}

/** Waits for an event, under the test's own time limit. */
export async function until<T>(event: vscode.Event<T>, holds: (value: T) => boolean): Promise<T> {
  return await new Promise((resolve) => {
    const listening = event((value) => {
      if (!holds(value)) return;
      listening.dispose();
      resolve(value);
    });
  });
}

/** A tree item's label as text. */
export function labelOf(api: MedallionApi, node: LakeNode): string {
  const { label } = api.view.getTreeItem(node);
  return typeof label === 'string' ? label : (label?.label ?? '');
}
