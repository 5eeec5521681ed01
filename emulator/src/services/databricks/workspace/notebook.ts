import type { NotebookLanguage } from './records.ts';

/** What tells a notebook in source form from a plain file: its extension and the comment that begins it. */
const sources = [
  { extension: '.py', language: 'PYTHON', header: '# Databricks notebook source' },
  { extension: '.sql', language: 'SQL', header: '-- Databricks notebook source' },
  { extension: '.scala', language: 'SCALA', header: '// Databricks notebook source' },
  { extension: '.r', language: 'R', header: '# Databricks notebook source' },
] as const;

export interface Notebook {
  readonly language: NotebookLanguage;
  /** Notebooks have no extension in the workspace. */
  readonly path: string;
}

/** A notebook where the file's extension and first line say so, as `AUTO` imports and `import-file` decide. */
export function notebookIn(path: string, content: Buffer): Notebook | undefined {
  const source = sources.find(({ extension }) => path.toLowerCase().endsWith(extension));
  if (source) {
    const start = content
      .subarray(0, 200)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    if (start.split(/\r?\n/, 1)[0]?.trimEnd() !== source.header) return undefined;
    return { language: source.language, path: path.slice(0, -source.extension.length) };
  }
  return path.toLowerCase().endsWith('.ipynb')
    ? { language: 'PYTHON', path: path.slice(0, -'.ipynb'.length) }
    : undefined;
}

export function isNotebookLanguage(text: string): text is NotebookLanguage {
  return sources.some(({ language }) => language === text);
}
