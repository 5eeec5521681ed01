import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export interface PageFiles {
  /** In the folder webview. */
  readonly script: string;
  readonly style: string;
  readonly title: string;
}

/** A page's frame. Everything that a file says comes by message and is set as text, never as HTML. */
export function setPage(webview: vscode.Webview, extension: vscode.Uri, files: PageFiles): void {
  const folder = vscode.Uri.joinPath(extension, 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const nonce = randomBytes(16).toString('base64');
  const uriOf = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; font-src ${webview.cspSource}`;
  const styles = ['page.css', files.style].map((file) => `<link rel="stylesheet" href="${uriOf(file)}">`);
  const scripts = ['page.js', files.script].map((file) => `<script nonce="${nonce}" src="${uriOf(file)}"></script>`);
  webview.html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.join('\n')}
<title>${escapeHtml(files.title)}</title>
</head>
<body>
<div id="page"></div>
${scripts.join('\n')}
</body>
</html>`;
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
