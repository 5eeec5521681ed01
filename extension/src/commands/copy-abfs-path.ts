import * as vscode from 'vscode';
import type { StoragePlace } from '@medallion/core/azure/storage.ts';
import { formatLakePath } from '@medallion/core/lake/names.ts';
import type { LakeNode } from '@medallion/core/lake/nodes.ts';
import { type Command, isLakeNode } from './command.ts';

export const copyAbfsPath: Command = {
  id: 'medallion.lakehouse.copyAbfsPath',
  async run({ lake }, argument) {
    const place = isLakeNode(argument) ? placeOfNode(argument) : undefined;
    if (!place) return;
    const text = formatLakePath({ account: lake.storage.accountName, ...place });
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', text), 3000);
  },
};

/** Where a node lies; undefined for one that is no single place. */
function placeOfNode(node: LakeNode): StoragePlace | undefined {
  switch (node.kind) {
    case 'layer':
      return { container: node.layer.container, path: '' };
    case 'container':
      return { container: node.container, path: '' };
    case 'folder':
    case 'table':
    case 'file':
      return node.place;
    case 'partition':
      return node.content.by === 'path' ? node.content.place : undefined;
    case 'environment':
    case 'more':
    case 'bounded':
    case 'error':
    case 'empty':
      return undefined;
  }
}
