import { posix } from 'node:path';
import type { SourceRange } from '../base/diagnostic.ts';
import { notebookCells, type NotebookCell } from './notebook-cells.ts';
import { withoutWidgets } from './notebook-widgets.ts';

/** A notebook of SQL alone as one script, with the notebooks that it runs in their places. */
export interface NotebookScript {
  readonly text: string;
  /** For each line of `text` where it stands: the file, relative to the project, and the line in it. */
  readonly places: readonly { readonly file: string; readonly line: number }[];
  /** Values of widgets, for parameters that nobody gives. */
  readonly defaults: ReadonlyMap<string, string>;
  /** The notebook and those that it runs. */
  readonly files: readonly string[];
}

/** Why a notebook is no such script. `otherLanguage`: it holds a cell that is not SQL. */
export interface NoScript {
  readonly problem: 'noNotebook' | 'otherLanguage' | 'missingFile' | 'runsItself' | 'runParameters';
  readonly detail: string;
  readonly range: SourceRange;
}

/** Cells that say something to people only. */
const silent = new Set(['md', 'md-sandbox']);

export const notebookEndings = ['.py', '.sql', '.ipynb', '.scala', '.r', '.R'];

/** True where every cell that does something is SQL, or runs another notebook. */
export function isSqlOnly(cells: readonly NotebookCell[]): boolean {
  return cells.every((cell) => cell.language === 'sql' || cell.language === 'run' || silent.has(cell.language));
}

/** @param read the text of a file relative to the project's root; undefined where there is none. */
export function notebookScript(
  file: string,
  read: (file: string) => string | undefined,
  open: readonly string[] = [],
): NotebookScript | NoScript {
  const at = (line: number): SourceRange => ({ file, start: { line, column: 1 } });
  const text = read(file);
  if (text === undefined) return { problem: 'missingFile', detail: file, range: at(1) };
  const cells = notebookCells(file, text);
  if (!cells) return { problem: 'noNotebook', detail: file, range: at(1) };
  const script = { lines: [] as string[], places: [] as NotebookScript['places'][number][], files: new Set([file]) };
  const defaults = new Map<string, string>();
  for (const cell of cells) {
    const first = cell.lines[0] ?? 1;
    if (silent.has(cell.language)) continue;
    if (cell.language === 'sql') {
      const widgets = withoutWidgets(cell.text);
      for (const [name, value] of widgets.defaults) defaults.set(name, value);
      // A cell's last statement needs no semicolon.
      script.lines.push(...widgets.text.split('\n'), ';');
      script.places.push(...cell.lines.map((line) => ({ file, line })), { file, line: cell.lines.at(-1) ?? first });
      continue;
    }
    if (cell.language !== 'run') return { problem: 'otherLanguage', detail: cell.language, range: at(first) };
    const called = calledNotebook(file, cell, read);
    if ('problem' in called) return { ...called, range: at(first) };
    if ([...open, file].includes(called.file)) return { problem: 'runsItself', detail: called.file, range: at(first) };
    const inner = notebookScript(called.file, read, [...open, file]);
    if ('problem' in inner) return inner;
    script.lines.push(...inner.text.split('\n'));
    script.places.push(...inner.places);
    for (const one of inner.files) script.files.add(one);
    for (const [name, value] of inner.defaults) defaults.set(name, value);
  }
  return { text: script.lines.join('\n'), places: script.places, defaults, files: [...script.files] };
}

/** `%run ./setup`, `%run "../shared/setup"`: relative to the notebook, its ending left out or not. */
function calledNotebook(
  file: string,
  cell: NotebookCell,
  read: (file: string) => string | undefined,
): { readonly file: string } | Omit<NoScript, 'range'> {
  const written = cell.text.trim();
  const [whole = '', quoted, plain = ''] = /^(?:"([^"]*)"|(\S+))/.exec(written) ?? [];
  const name = quoted ?? plain;
  if (whole !== written) return { problem: 'runParameters', detail: written };
  const target = posix.normalize(posix.join(posix.dirname(file), name));
  const found = ['', ...notebookEndings].map((ending) => target + ending).find((one) => read(one) !== undefined);
  return found === undefined ? { problem: 'missingFile', detail: name } : { file: found };
}
