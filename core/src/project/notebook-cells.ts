import { itemsAt, textAt, type ConfigNode } from './config-node.ts';
import { parseConfig } from './text-file.ts';

export interface NotebookCell {
  /** `sql`, `python`, `md`, ... as the cell's magic or the notebook's own language says. */
  readonly language: string;
  readonly text: string;
  /** For each line of `text` its line in the file, from 1. */
  readonly lines: readonly number[];
}

const comments: Readonly<Record<string, { readonly mark: string; readonly language: string }>> = {
  sql: { mark: '--', language: 'sql' },
  py: { mark: '#', language: 'python' },
  r: { mark: '#', language: 'r' },
  scala: { mark: '//', language: 'scala' },
};

/** The cells of a Databricks notebook in source format or of an `.ipynb`; undefined where the file is no notebook. */
export function notebookCells(file: string, text: string): readonly NotebookCell[] | undefined {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  if (ending === 'ipynb') return jupyterCells(file, text);
  const comment = Object.hasOwn(comments, ending) ? comments[ending] : undefined;
  return comment ? sourceCells(text, comment.mark, comment.language) : undefined;
}

function sourceCells(text: string, mark: string, language: string): readonly NotebookCell[] | undefined {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trimEnd() !== `${mark} Databricks notebook source`) return undefined;
  const cells: NotebookCell[] = [];
  let current: { text: string; line: number }[] = [];
  const close = (): void => {
    const cell = toCell(current, mark, language);
    if (cell) cells.push(cell);
    current = [];
  };
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    if (line.trimEnd() === `${mark} COMMAND ----------`) close();
    else if (!line.startsWith(`${mark} DBTITLE `)) current.push({ text: line, line: index + 1 });
  }
  close();
  return cells;
}

function toCell(
  lines: readonly { text: string; line: number }[],
  mark: string,
  language: string,
): NotebookCell | undefined {
  const first = lines.find(({ text }) => text.trim() !== '');
  if (!first) return undefined;
  const prefix = `${mark} MAGIC`;
  if (!first.text.startsWith(prefix)) return cellOf(lines, language);
  const bare = lines.map(({ text, line }) => ({
    text: text.startsWith(prefix) ? text.slice(prefix.length).replace(/^ /, '') : text,
    line,
  }));
  return withMagic(bare, language);
}

/** `%sql select 1` and `%sql` on a line of its own both say the language. */
function withMagic(lines: readonly { text: string; line: number }[], language: string): NotebookCell {
  const at = lines.findIndex(({ text }) => text.trim() !== '');
  const match = /^\s*%([a-z]+)\s?(.*)$/i.exec(lines[at]?.text ?? '');
  if (!match) return cellOf(lines, language);
  const rest = lines.map((line, index) => (index === at ? { ...line, text: match[2] ?? '' } : line));
  return cellOf(rest, (match[1] ?? '').toLowerCase());
}

function cellOf(lines: readonly { text: string; line: number }[], language: string): NotebookCell {
  return { language, text: lines.map(({ text }) => text).join('\n'), lines: lines.map(({ line }) => line) };
}

function jupyterCells(file: string, text: string): readonly NotebookCell[] | undefined {
  const { node } = parseConfig(file.replace(/\.ipynb$/i, '.json'), text);
  if (node?.kind !== 'map' || !node.entries.has('cells')) return undefined;
  const language = (
    textAt(node, 'metadata', 'application/vnd.databricks.v1+notebook', 'language') ??
    textAt(node, 'metadata', 'language_info', 'name') ??
    'python'
  ).toLowerCase();
  return itemsAt(node, 'cells')
    .filter((cell) => textAt(cell, 'cell_type') === 'code')
    .map((cell) => withMagic(jupyterLines(cell), language));
}

/** `source` is one text or a list of lines; in one text every line stands on the same line of the file. */
function jupyterLines(cell: ConfigNode): readonly { text: string; line: number }[] {
  const listed = itemsAt(cell, 'source');
  const parts = listed.length > 0 ? listed : cell.kind === 'map' ? [cell.entries.get('source')?.value] : [];
  return parts.flatMap((part) =>
    (textAt(part) ?? '')
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ text, line: part?.range.start.line ?? cell.range.start.line })),
  );
}
