/** How a file's records are written; single characters. */
export interface CsvShape {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
}

/** A field's text and whether quotes enclosed it: an empty field is NULL, an empty quoted one is an empty string. */
export interface CsvField {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Splits one record as Spark's reader does (univocity with `unescapedQuoteHandling` STOP_AT_DELIMITER): a field that begins with a
 * quote ends at the quote before a delimiter; where another character follows that quote, the whole field is taken as written, up
 * to the next delimiter. A quote that is never closed takes the rest of the record. Nothing aborts.
 */
export function splitRecord(record: string, shape: CsvShape): CsvField[] {
  const fields: CsvField[] = [];
  let at = 0;
  for (;;) {
    const { field, next } = record.startsWith(shape.quote, at)
      ? quotedField(record, at, shape)
      : plainField(record, at, shape);
    fields.push(field);
    if (next >= record.length) return fields;
    at = next + 1;
    if (at === record.length) return [...fields, { text: '', quoted: false }];
  }
}

interface Split {
  readonly field: CsvField;
  /** Where the delimiter stands; the record's length at its end. */
  readonly next: number;
}

function plainField(record: string, start: number, { delimiter }: CsvShape): Split {
  const end = endAt(record, start, delimiter);
  return { field: { text: record.slice(start, end), quoted: false }, next: end };
}

function quotedField(record: string, start: number, { delimiter, quote, escape }: CsvShape): Split {
  let text = '';
  for (let at = start + 1; at < record.length; at++) {
    const char = record[at] ?? '';
    if (char === escape && record[at + 1] === quote && (escape !== quote || at + 1 < record.length)) {
      text += quote;
      at += 1;
      continue;
    }
    if (char !== quote) {
      text += char;
      continue;
    }
    const after = pastBlanks(record, at + 1, delimiter);
    if (after === record.length || record[after] === delimiter) return { field: { text, quoted: true }, next: after };
    const end = endAt(record, at, delimiter);
    return { field: { text: record.slice(start, end), quoted: false }, next: end };
  }
  return { field: { text, quoted: true }, next: record.length };
}

function endAt(record: string, start: number, delimiter: string): number {
  const end = record.indexOf(delimiter, start);
  return end < 0 ? record.length : end;
}

/** Blanks between a closing quote and the delimiter do not count. */
function pastBlanks(record: string, start: number, delimiter: string): number {
  let at = start;
  while (at < record.length && (record[at] ?? '') <= ' ' && record[at] !== delimiter) at += 1;
  return at;
}

/** Splits text into records: at line ends, but with `multiLine` not at those inside quotes. Empty records are left out. */
export function splitRecords(text: string, shape: CsvShape, multiLine: boolean): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const records = multiLine ? joinQuoted(lines, shape) : lines;
  return records.filter((record) => record.trim() !== '');
}

/** A record goes on over the line end as long as its last quoted field is open. */
function joinQuoted(lines: readonly string[], shape: CsvShape): string[] {
  const records: string[] = [];
  let open: string[] = [];
  for (const line of lines) {
    open.push(line);
    const record = open.join('\n');
    if (open.length === 1 && !line.includes(shape.quote)) {
      records.push(record);
      open = [];
    } else if (!endsInsideQuotes(record, shape)) {
      records.push(record);
      open = [];
    }
  }
  return open.length > 0 ? [...records, open.join('\n')] : records;
}

function endsInsideQuotes(record: string, shape: CsvShape): boolean {
  let at = 0;
  while (at < record.length) {
    if (!record.startsWith(shape.quote, at)) {
      at = endAt(record, at, shape.delimiter) + 1;
      continue;
    }
    const { field, next } = quotedField(record, at, shape);
    if (next >= record.length) return field.quoted && !closes(record, at, shape);
    at = next + 1;
  }
  return false;
}

/** True where the quoted field that starts here, the record's last, has its closing quote. */
function closes(record: string, start: number, { quote, escape }: CsvShape): boolean {
  const end = record.trimEnd();
  if (end.length <= start + 1 || !end.endsWith(quote)) return false;
  let escapes = 0;
  for (let at = end.length - 2; at > start && record[at] === escape; at--) escapes += 1;
  return escapes % 2 === 0;
}
