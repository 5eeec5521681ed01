import * as vscode from 'vscode';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';

/** What runs what the workspace says asks here first, whatever the menus show. @throws ExpectedError `workspace.not-trusted` */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new ExpectedError({
    code: 'workspace.not-trusted',
    message: 'This workspace is not trusted.',
    nextStep: 'Trust it first: the command "Workspaces: Manage Workspace Trust".',
    kind: 'environment',
  });
}
