import { isLosslessNumber, parse, stringify } from 'lossless-json';
import type { Cell } from '../base/cell.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { integerCell } from './cell-text.ts';
import type { PreviewFile } from './preview-file.ts';
import type { RangeSource } from './range-source.ts';
import { checkRecordLength, textChunks } from './text-lines.ts';

type Row = Readonly<Record<string, unknown>>;

/** How many records tell the columns. */
const SAMPLE = 100;

/**
 * JSON: one value a line, or one array of values. Columns are the keys of the first hundred records, in their order; a record that is
 * no object stands in the column `value`. Reads no further than the rows that were asked for. Rejects with `json.corrupt`.
 */
export async function openJson(source: RangeSource, signal?: AbortSignal): Promise<PreviewFile> {
  const sample = await take(rows(source, signal), SAMPLE);
  const names = [...new Set(sample.flatMap((row) => Object.keys(row)))];
  return {
    columns: names.map((name) => ({ name, typeText: typeOf(sample, name) })),
    async readRows(start, count, readSignal) {
      const found = await take(rows(source, readSignal), start + count + 1);
      const wanted = found.slice(start, start + count);
      return {
        rows: wanted.map((row) => names.map((name) => jsonCell(row[name]))),
        more: found.length > start + count,
      };
    },
  };
}

function jsonCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (isLosslessNumber(value)) return numberCell(value.toString());
  return typeof value === 'string' || typeof value === 'boolean' ? value : (stringify(value) ?? '');
}

/** A number only where its text is what JavaScript would write for it. */
function numberCell(text: string): Cell {
  if (/^-?\d+$/.test(text)) return integerCell(BigInt(text));
  return String(Number(text)) === text ? Number(text) : text;
}

function typeOf(sample: readonly Row[], name: string): string {
  const kinds = new Set(sample.map((row) => kindOf(row[name])).filter((kind) => kind !== 'null'));
  return kinds.size === 0 ? 'null' : [...kinds].join(' | ');
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (isLosslessNumber(value)) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

async function* rows(source: RangeSource, signal?: AbortSignal): AsyncIterable<Row> {
  let number = 0;
  for await (const text of values(source, signal)) {
    number += 1;
    const value = parseValue(source, text, number);
    yield typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value)
      ? (value as Row)
      : { value };
  }
}

function parseValue(source: RangeSource, text: string, number: number): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new ExpectedError({
      code: 'json.corrupt',
      message: `Record ${number} of ${source.name} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`,
      nextStep: 'Correct the record; a file holds one JSON value a line, or one array.',
      cause,
    });
  }
}

/** The text of each top-level value; of each element where the file is one array. */
async function* values(source: RangeSource, signal?: AbortSignal): AsyncIterable<string> {
  const splitter = new ValueSplitter();
  let number = 0;
  for await (const text of textChunks(source, 'json', signal)) {
    for (const value of splitter.push(text)) {
      number += 1;
      yield value;
    }
    checkRecordLength(source, 'json', splitter.pendingLength, number + 1);
  }
  const last = splitter.end();
  if (last !== '') yield last;
}

/** Cuts text into top-level values by brackets and strings; what is between the cuts is left to the parser to judge. */
class ValueSplitter {
  #value = '';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #isArray: boolean | undefined;

  get pendingLength(): number {
    return this.#value.length;
  }

  push(text: string): string[] {
    const complete: string[] = [];
    for (const character of text) {
      if (this.#isArray === undefined) {
        if (/[\s\ufeff]/.test(character)) continue;
        this.#isArray = character === '[';
        if (this.#isArray) continue;
      }
      if (this.#ends(character)) {
        const value = this.end();
        if (value !== '') complete.push(value);
      } else this.#add(character);
    }
    return complete;
  }

  /** What stands since the last cut; the bracket that closes the file's array is none of it. */
  end(): string {
    const value = this.#value.trim();
    this.#value = '';
    return this.#isArray === true && this.#depth < 0 ? value.replace(/\]$/, '').trim() : value;
  }

  #ends(character: string): boolean {
    if (this.#inString || this.#depth !== 0) return false;
    return this.#isArray === true ? character === ',' : character === '\n';
  }

  #add(character: string): void {
    this.#value += character;
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\') this.#escaped = true;
      else if (character === '"') this.#inString = false;
    } else if (character === '"') this.#inString = true;
    else if (character === '{' || character === '[') this.#depth += 1;
    else if (character === '}' || character === ']') this.#depth -= 1;
  }
}
