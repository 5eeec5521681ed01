import * as vscode from 'vscode';
import { lakeUri } from '../files/lake-uri.ts';
import { fileEditorOf } from '../preview/file-editors.ts';
import { type Command, isLakeNode } from './command.ts';

/** From the tree: a table or a data file. From the explorer: a file on disk. From the palette: the active file. */
export const openPreview: Command = {
  id: 'medallion.preview.open',
  async run({ tables }, argument) {
    if (isLakeNode(argument) && argument.kind === 'table') {
      tables.open(argument);
      return;
    }
    const uri = fileOf(argument);
    const editor = uri && fileEditorOf(uri.path);
    if (editor) await vscode.commands.executeCommand('vscode.openWith', uri, editor);
  },
};

function fileOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  if (isLakeNode(argument)) return argument.kind === 'file' ? lakeUri(argument.place) : undefined;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
}
