import * as vscode from 'vscode';
import { ageText, type LakeNode, sizeText } from '@medallion/core/lake/nodes.ts';
import { fileEditorOf } from '../preview/file-editors.ts';
import { formatTableName } from '@medallion/core/lake/names.ts';

/** How a node looks. Pure: the same node and time give the same picture. */
export interface RenderedNode {
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  /** Words that the menus' `when` clauses look for: `preview`, `place`, `reload`, `error`. */
  readonly contextValue: string;
  readonly expands: boolean;
  readonly tooltip: readonly (readonly [name: string, value: string])[];
  /** Read aloud in place of label and description. */
  readonly spoken?: string;
}

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export function renderNode(node: LakeNode, now: Date): RenderedNode {
  switch (node.kind) {
    case 'environment':
      return folder(node.name, 'vm-active', 'environment reload', [['Environment', node.name]]);
    case 'layer':
      return folder(node.layer.name, 'layers', 'layer place reload', [
        ['Layer', node.layer.name],
        ['Container', node.layer.container],
        ...(node.layer.schema === undefined ? [] : [['Schema', node.layer.schema] as const]),
      ]);
    case 'container':
      return folder(node.container, 'archive', 'container place reload', [['Container', node.container]]);
    case 'folder':
      return folder(lastName(node.place.path), 'folder', 'folder place reload', [['Path', node.place.path]]);
    case 'table':
      return {
        ...folder(node.label, 'table', 'table preview place reload', [
          ['Table', node.name ? formatTableName(node.name) : node.label],
          ['Format', formatName(node.format)],
          ['Path', `${node.place.container}/${node.place.path}`],
        ]),
        description: formatName(node.format),
      };
    case 'partition':
      return node.content.by === 'path'
        ? folder(node.label, 'list-tree', 'partition reload', [['Partition', node.label]])
        : {
            ...folder(node.label, 'list-tree', 'partition reload', [['Partition', node.label]]),
            description: `${counted(node.content.files, 'file', 'files')}, ${sizeText(node.content.bytes)}`,
          };
    case 'file': {
      const age = ageText(node.modifiedAt, now);
      const size = sizeText(node.bytes);
      return {
        label: node.label,
        description: `${size}, ${age}`,
        icon: 'file',
        contextValue: fileEditorOf(node.label) ? 'file preview place' : 'file place',
        expands: false,
        tooltip: [
          ['File', node.place.path],
          ['Size', `${node.bytes.toLocaleString('en')} bytes`],
          ['Modified', node.modifiedAt.toISOString()],
        ],
        spoken: `${node.label}, ${size}, modified ${age} ago`,
      };
    }
    case 'more': {
      const rest = node.remaining === undefined ? '' : `, ${node.remaining.toLocaleString('en')} left`;
      return { label: `More${rest}`, icon: 'ellipsis', contextValue: 'more', expands: true, tooltip: [] };
    }
    case 'bounded':
      return { label: node.message, icon: 'info', contextValue: 'bounded', expands: false, tooltip: [] };
    case 'error':
      return {
        label: node.message,
        description: node.nextStep,
        icon: 'error',
        contextValue: 'error',
        expands: false,
        tooltip: [
          ['Error', node.message],
          ['Next step', node.nextStep],
          ['Code', node.code],
        ],
        spoken: `Error: ${node.message} ${node.nextStep}`,
      };
    case 'empty':
      return { label: node.message, icon: 'dash', contextValue: 'empty', expands: false, tooltip: [] };
  }
}

function folder(label: string, icon: string, contextValue: string, tooltip: RenderedNode['tooltip']): RenderedNode {
  return { label, icon, contextValue, expands: true, tooltip };
}

/** Markdown that shows values as they are: names come from the lake, and a lake may hold hostile ones. */
export function tooltipMarkdown(rows: RenderedNode['tooltip']): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const [name, value] of rows) text.appendMarkdown(`**${name}** `).appendText(`${value}\n\n`);
  return text;
}

export function formatName(format: Extract<LakeNode, { kind: 'table' }>['format']): string {
  const names = { DELTA: 'Delta', PARQUET: 'Parquet', CSV: 'CSV', JSON: 'JSON', AVRO: 'Avro' } as const;
  return names[format];
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
