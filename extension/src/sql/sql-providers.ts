import * as vscode from 'vscode';
import type { Completion } from '@medallion/core/sql/editor/completions.ts';
import type { Hover } from '@medallion/core/sql/editor/hover.ts';
import { sourceText } from '@medallion/core/sql/editor/lineage-text.ts';
import type { ProjectSql } from './project-sql.ts';
import type { SqlAnalysis } from './sql-analysis.ts';

const { CompletionItemKind } = vscode;

const kinds: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  catalog: CompletionItemKind.Module,
  schema: CompletionItemKind.Module,
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  column: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  parameter: CompletionItemKind.Variable,
  volume: CompletionItemKind.Folder,
};

/** What of a kind comes first in the list. */
const order: readonly Completion['kind'][] = [
  'column',
  'table',
  'view',
  'schema',
  'catalog',
  'parameter',
  'volume',
  'function',
  'keyword',
];

/** Completion and hover in files of SQL. */
export function registerSqlProviders(analysis: SqlAnalysis, project: ProjectSql): vscode.Disposable {
  const selector = { language: 'sql', scheme: 'file' };
  const ask = async (document: vscode.TextDocument, position: vscode.Position) => {
    const { fsPath: file } = document.uri;
    return { file, text: document.getText(), offset: document.offsetAt(position), lake: await project.knownFor(file) };
  };
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position) => {
          const found = await analysis.ask('completions', await ask(document, position));
          return found.map((one) => completionItem(document, one));
        },
      },
      '.',
      ':',
      '/',
    ),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => {
        const found = await analysis.ask('hover', await ask(document, position));
        return found && new vscode.Hover(hoverText(found));
      },
    }),
  );
}

function completionItem(document: vscode.TextDocument, one: Completion): vscode.CompletionItem {
  const { kind, label, insert, detail, description, replace } = one;
  const item = new vscode.CompletionItem(label, kinds[kind]);
  item.insertText = insert;
  item.range = new vscode.Range(document.positionAt(replace.start), document.positionAt(replace.end));
  item.sortText = `${order.indexOf(kind)}${label}`;
  if (detail !== undefined) item.detail = detail;
  // Plain text: a contract's words are nobody's markup.
  if (description !== undefined) item.documentation = description;
  return item;
}

/** Names and words are data: they go in as text, never as markup. */
function hoverText(found: Hover): vscode.MarkdownString {
  const shown = new vscode.MarkdownString();
  if (found.kind === 'expression') {
    shown.appendCodeblock(`${found.name}: ${found.typeText ?? vscode.l10n.t('type not known')}`, 'sql');
    if (found.description !== undefined) shown.appendText(`${found.description}\n\n`);
    const from = found.sources.filter(({ through }) => through === 'value').map(sourceText);
    if (from.length > 0) shown.appendText(vscode.l10n.t('From {0}', from.join(', ')));
    for (const why of found.why) shown.appendText(`\n\n${why}`);
    return shown;
  }
  const { name, columns, description } = found;
  const lines = columns?.map(
    (one) => `  ${one.name} ${one.typeText ?? '?'}${one.description === undefined ? '' : ` -- ${one.description}`}`,
  );
  shown.appendCodeblock([name, ...(lines ?? [])].join('\n'), 'sql');
  if (description !== undefined) shown.appendText(description);
  if (!columns)
    shown.appendText(
      vscode.l10n.t('Its columns are not known: no contract, no statement of a job and no running lake tells them.'),
    );
  return shown;
}
