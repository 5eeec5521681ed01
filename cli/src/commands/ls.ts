import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { ageText, sizeText, type LakeNode } from '@medallion/core/lake/nodes.ts';
import type { LakeTree } from '@medallion/core/lake/tree.ts';
import { lakeTreeFor } from '@medallion/core/lake/project-lake.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import type { Command } from '../command.ts';
import { runningLocalAzure } from '../running-azure.ts';

/** `ls`, `ls silver`, `ls silver/order_lines`, `ls silver/order_lines/order_month=2025-01-01`. */
export const ls: Command = {
  name: 'ls',
  usage: 'ls [LAYER[/TABLE[/PARTITION]]]',
  summary: 'list layers, tables, partitions and files of the running local lake',
  options: {},
  async run(context) {
    const loaded = await loadFor(context.project, 'local');
    const { environment } = await runningLocalAzure(context.state);
    const tree = lakeTreeFor(environment, loaded);
    const wanted = (context.positionals[0] ?? '').replace(/^\/|\/$/g, '');
    const node = await findNode(tree, wanted, context.signal);
    const children = await allChildren(tree, node, context.signal);
    const now = new Date();
    return {
      json: { path: wanted, entries: children.map(entryJson) },
      text: children.map((child) => entryText(child, now)).join('\n'),
    };
  },
};

async function findNode(tree: LakeTree, path: string, signal: AbortSignal): Promise<LakeNode> {
  let node = tree.root;
  let rest = path;
  while (rest !== '') {
    const children = await allChildren(tree, node, signal);
    // A partition's label holds slashes itself: the longest label that fits is the one that is meant.
    const fitting = children.filter((child) => rest === labelOf(child) || rest.startsWith(`${labelOf(child)}/`));
    const next = fitting.sort((a, b) => labelOf(b).length - labelOf(a).length)[0];
    if (!next) throw notFound(path, children);
    rest = rest.slice(labelOf(next).length + 1);
    node = next;
  }
  return node;
}

/** Every page of a long list. */
async function allChildren(tree: LakeTree, node: LakeNode, signal: AbortSignal): Promise<readonly LakeNode[]> {
  const found: LakeNode[] = [];
  let page: LakeNode | undefined = node;
  while (page) {
    const children: readonly LakeNode[] = await tree.children(page, signal);
    const failed = children.find((child) => child.kind === 'error');
    if (failed?.kind === 'error') throw new ExpectedError({ ...failed, kind: 'environment' });
    found.push(...children.filter((child) => child.kind !== 'more'));
    page = children.find((child) => child.kind === 'more');
  }
  return found;
}

function labelOf(node: LakeNode): string {
  switch (node.kind) {
    case 'environment':
      return node.name;
    case 'layer':
      return node.layer.name;
    case 'container':
      return node.container;
    case 'folder':
      return node.place.path.split('/').at(-1) ?? '';
    case 'table':
    case 'partition':
    case 'file':
      return node.label;
    case 'more':
    case 'bounded':
    case 'error':
    case 'empty':
      return '';
  }
}

function entryText(node: LakeNode, now: Date): string {
  if (node.kind === 'file') return `${node.label}  ${sizeText(node.bytes)}  ${ageText(node.modifiedAt, now)}`;
  if (node.kind === 'partition' && node.content.by === 'log') {
    return `${node.label}  ${node.content.files} files  ${sizeText(node.content.bytes)}`;
  }
  if (node.kind === 'empty' || node.kind === 'bounded') return `(${node.message})`;
  return node.kind === 'table' ? `${node.label}  ${node.format.toLowerCase()}` : `${labelOf(node)}/`;
}

function entryJson(node: LakeNode): unknown {
  const base = { kind: node.kind, name: labelOf(node) };
  if (node.kind === 'file')
    return { ...base, bytes: node.bytes, modifiedAt: node.modifiedAt.toISOString(), path: node.place.path };
  if (node.kind === 'table')
    return { ...base, format: node.format, container: node.place.container, path: node.place.path };
  if (node.kind === 'partition' && node.content.by === 'log') {
    return { ...base, files: node.content.files, bytes: node.content.bytes };
  }
  return node.kind === 'empty' || node.kind === 'bounded' ? { ...base, message: node.message } : base;
}

function notFound(path: string, children: readonly LakeNode[]): ExpectedError {
  const names = children.map(labelOf).filter((label) => label !== '');
  return new ExpectedError({
    code: 'lake.path-not-found',
    message: `There is no '${path}' in the local lake.`,
    nextStep:
      names.length > 0 ? `Here are: ${names.slice(0, 12).join(', ')}.` : 'Run the job first, or look one level up.',
  });
}
