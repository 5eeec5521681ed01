import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { LakeNode } from '@medallion/core/lake/nodes.ts';
import type { LakeTree } from '@medallion/core/lake/tree.ts';
import { lakeUri } from '../files/lake-uri.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { renderNode, tooltipMarkdown } from './render-node.ts';

/** The view Lakehouse: core loads, `renderNode` draws, and this carries between them. Nothing is cached. */
export class LakehouseView implements vscode.TreeDataProvider<LakeNode>, vscode.Disposable {
  readonly #lake: LocalLake;
  readonly #changed = new vscode.EventEmitter<LakeNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #parents = new Map<string, LakeNode>();
  #tree: Promise<LakeTree> | undefined;
  readonly #follow: vscode.Disposable;

  constructor(lake: LocalLake) {
    this.#lake = lake;
    this.#follow = lake.onDidChange(() => this.refresh());
  }

  /** Reloads a node, or everything. An error's or a page's own reload is that of what it stands for. */
  refresh(node?: LakeNode): void {
    if (node === undefined) this.#tree = undefined;
    const failed = node?.kind === 'error' ? this.#parents.get(node.id) : node;
    if (failed === undefined) this.#tree = undefined;
    this.#changed.fire(failed);
  }

  async getChildren(node?: LakeNode): Promise<LakeNode[]> {
    if (this.#lake.state.kind !== 'running') return [];
    try {
      // A node may be asked for its children before the roots are, when everything is reloaded.
      const tree = await (this.#tree ??= this.#lake.tree());
      if (node === undefined) return [tree.root];
      const children = await tree.children(node);
      for (const child of children) this.#parents.set(child.id, node);
      return [...children];
    } catch (error) {
      this.#tree = undefined;
      if (!(error instanceof ExpectedError)) throw error;
      return errorNodes(error);
    }
  }

  getParent(node: LakeNode): LakeNode | undefined {
    return this.#parents.get(node.id);
  }

  getTreeItem(node: LakeNode): vscode.TreeItem {
    const rendered = renderNode(node, new Date());
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const open = node.kind === 'environment' ? Expanded : Collapsed;
    const item = new vscode.TreeItem(rendered.label, rendered.expands ? open : None);
    item.id = node.id;
    item.iconPath = new vscode.ThemeIcon(rendered.icon, colorOf(node));
    item.contextValue = rendered.contextValue;
    if (rendered.description !== undefined) item.description = rendered.description;
    if (rendered.spoken !== undefined) item.accessibilityInformation = { label: rendered.spoken };
    if (node.kind === 'error') {
      item.command = { command: 'medallion.lakehouse.explainError', title: 'Explain', arguments: [node] };
    }
    if (node.kind === 'file') {
      item.resourceUri = lakeUri(node.place);
      // The workbench's own choice of editor: the grid for binary files, text for text.
      item.command = { command: 'vscode.open', title: 'Open', arguments: [item.resourceUri] };
    }
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: LakeNode): vscode.TreeItem {
    const { tooltip } = renderNode(node, new Date());
    if (tooltip.length > 0) item.tooltip = tooltipMarkdown(tooltip);
    return item;
  }

  dispose(): void {
    this.#follow.dispose();
    this.#changed.dispose();
  }
}

/** Why there is no tree: of a project that cannot be read each finding, with its place. */
function errorNodes({ code, message, nextStep, diagnostics }: ExpectedError): LakeNode[] {
  const found = diagnostics.map(({ code: why, message: text, range, nextStep: next = nextStep }) => ({
    code: why,
    message: range ? `${range.file}:${range.start.line}: ${text}` : text,
    nextStep: next,
  }));
  const all = found.length > 0 ? found : [{ code, message, nextStep }];
  return all.map((one, index) => ({ id: `local/error:${index}`, kind: 'error', ...one }));
}

const layerColors: Readonly<Record<string, string>> = {
  bronze: 'medallion.bronze',
  silver: 'medallion.silver',
  gold: 'medallion.gold',
};

function colorOf(node: LakeNode): vscode.ThemeColor | undefined {
  if (node.kind === 'error') return new vscode.ThemeColor('list.errorForeground');
  if (node.kind === 'environment') return new vscode.ThemeColor('testing.iconPassed');
  const color = node.kind === 'layer' ? layerColors[node.layer.name] : undefined;
  return color === undefined ? undefined : new vscode.ThemeColor(color);
}
