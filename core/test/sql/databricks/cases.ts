import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file that the cases of a group find below `{files}`: its text, or the rows of a query in a format. */
export interface GivenFile {
  readonly kind: 'file' | 'parquet' | 'avro';
  readonly path: string;
  readonly body: string;
}

/** What is there before a case; several cases share it. */
export interface Given {
  readonly sql: string;
  readonly files: readonly GivenFile[];
}

/** Where a case's expectation comes from. */
export type Expected =
  /** Databricks' answer: of Spark with Delta Lake (the statement, or its rewriting), or reasoned from the reference. */
  | {
      readonly kind: 'answer';
      readonly by: 'spark' | 'reference';
      readonly schema: string;
      readonly rows: readonly string[];
    }
  /** Databricks refuses the statement too. `code`: ours, where the case names it. */
  | { readonly kind: 'raises'; readonly code: string | undefined }
  /** Databricks runs it, and it is refused here with this code. */
  | { readonly kind: 'refused'; readonly code: string };

export interface Case {
  readonly sql: string;
  readonly line: number;
  readonly given: Given;
  readonly expected: Expected;
}

export interface Family {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * Files of cases, in sections that a line `-- !WORD` begins: `given` (tables; begins a group), `file PATH`, `parquet PATH` and `avro PATH`
 * (a file below `{files}`), `case` (statements, the last of which answers), then at most one of `judge` (what Spark is asked in its
 * place), `answer` (`name:type,...`, then a JSON row a line), `raises [CODE]` and `refused CODE`. Other lines that begin with `-- ` are comments.
 */
export function readFamilies(folder: string): readonly Family[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name: basename(name, '.sql'), cases: readCases(join(folder, name)) }));
}

function readCases(path: string): readonly Case[] {
  const recorded = readRecorded(`${path}.out`);
  const cases: Case[] = [];
  let given: Given = { sql: '', files: [] };
  for (const { word, argument, body, line } of sections(readFileSync(path, 'utf8'))) {
    const last = cases.at(-1);
    switch (word) {
      case 'given':
        given = { sql: body, files: [] };
        break;
      case 'file':
      case 'parquet':
      case 'avro':
        given = { ...given, files: [...given.files, { kind: word, path: argument, body }] };
        break;
      case 'case':
        cases.push({
          sql: body,
          line,
          given,
          expected: recorded.get(body) ?? { kind: 'raises', code: 'not recorded' },
        });
        break;
      case 'judge':
        break;
      case 'answer':
      case 'raises':
      case 'refused':
        if (!last) throw new Error(`${path}:${line}: ${word} before a case`);
        cases[cases.length - 1] = { ...last, expected: expectedOf(word, argument, body) };
        break;
      default:
        throw new Error(`${path}:${line}: no section is called ${word}`);
    }
  }
  return cases;
}

function expectedOf(word: 'answer' | 'raises' | 'refused', code: string, body: string): Expected {
  if (word === 'raises') return { kind: 'raises', code: code === '' ? undefined : code };
  if (word === 'refused') return { kind: 'refused', code };
  const [schema = '', ...rows] = body.split('\n');
  return { kind: 'answer', by: 'reference', schema, rows };
}

/** What record.py wrote: Spark's answers by the case's text. */
function readRecorded(path: string): ReadonlyMap<string, Expected> {
  if (!existsSync(path)) return new Map();
  const blocks = readFileSync(path, 'utf8').split('-- !case\n').slice(1);
  return new Map(
    blocks.map((block): [string, Expected] => {
      const [sql = '', rest = ''] = block.split('\n-- !schema\n');
      const [schema = '', output = ''] = rest.split('\n-- !output\n');
      const rows = output.trimEnd().split('\n');
      if (schema === 'ERROR') return [sql, { kind: 'raises', code: undefined }];
      return [sql, { kind: 'answer', by: 'spark', schema, rows: rows[0] === '' ? [] : rows }];
    }),
  );
}

function sections(text: string): { word: string; argument: string; body: string; line: number }[] {
  const found: { word: string; argument: string; lines: string[]; line: number }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, word, argument = ''] = /^-- !(\w+) ?(.*)$/.exec(line) ?? [];
    const open = found.at(-1);
    if (word !== undefined) found.push({ word, argument: argument.trim(), lines: [], line: index + 1 });
    else if (open && (open.word === 'file' || open.word === 'answer' || !line.startsWith('-- '))) open.lines.push(line);
  }
  return found.map(({ lines, ...rest }) => ({
    ...rest,
    body: rest.word === 'file' ? lines.join('\n') : lines.join('\n').trim(),
  }));
}
