import { open } from 'node:fs/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ConfigText } from './read-json.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';

/** Larger text files are named and left alone: nobody writes 4 MB of SQL or configuration by hand. */
export const largestTextBytes = 4 * 1024 * 1024;

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'missing' | 'too-large' | 'binary' | 'unreadable'; readonly detail: string };

/** Reads a text file within bounds: UTF-8 (or UTF-16 with its mark), no byte order mark in the result. Never throws for the file's sake. */
export async function readTextFile(path: string): Promise<TextFile> {
  try {
    await using handle = await open(path, 'r');
    const { size } = await handle.stat();
    if (size > largestTextBytes) return { ok: false, reason: 'too-large', detail: `${size} bytes` };
    return decode(await handle.readFile());
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    return { ok: false, reason: missing ? 'missing' : 'unreadable', detail: error.code };
  }
}

/** Reads one YAML or JSON file, told apart by its ending. What is wrong with it is a diagnostic. */
export async function readConfigFile(path: string, file: string): Promise<ConfigText> {
  const read = await readTextFile(path);
  if (!read.ok) return { node: undefined, diagnostics: [unreadable(file, read.reason, read.detail)] };
  return parseConfig(file, read.text);
}

export function parseConfig(file: string, text: string): ConfigText {
  try {
    return /\.json$/i.test(file) ? readJson(file, text) : readYaml(file, text);
  } catch (error) {
    // Thousands of nested brackets exhaust the parsers' stack; that is the file's fault, not ours.
    if (!(error instanceof RangeError)) throw error;
    return { node: undefined, diagnostics: [unreadable(file, 'unreadable', 'nested too deeply')] };
  }
}

function decode(bytes: Buffer): TextFile {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { ok: true, text: bytes.subarray(2).toString('utf16le') };
  if (bytes.subarray(0, 8192).includes(0)) return { ok: false, reason: 'binary', detail: 'holds a zero byte' };
  const text = bytes.toString('utf8');
  return { ok: true, text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

function unreadable(file: string, reason: string, detail: string): Diagnostic {
  return {
    severity: 'error',
    code: 'project.unreadable-file',
    message: `The file cannot be read: ${reason} (${detail}).`,
    range: { file, start: { line: 1, column: 1 } },
    nextStep: 'Check that the file exists, is text, and may be read.',
  };
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
}
