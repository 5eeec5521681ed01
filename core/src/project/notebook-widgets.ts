/** Widgets of a SQL notebook: its text without the statements about them, and the values that they have where no job gives one. */
export interface NotebookWidgets {
  /** As long as before, line by line. */
  readonly text: string;
  readonly defaults: ReadonlyMap<string, string>;
}

const quoted = `'(?:[^'\\\\]|\\\\.|'')*'|"(?:[^"\\\\]|\\\\.)*"`;
const create = `CREATE\\s+WIDGET\\s+(?:TEXT|DROPDOWN|COMBOBOX|MULTISELECT)\\s+(\\w+|\`[^\`]+\`)\\s+DEFAULT\\s+(${quoted})(?:\\s+CHOICES\\s+[^;]*)?`;
const remove = `REMOVE\\s+WIDGET\\s+(?:\\w+|\`[^\`]+\`)`;

/** A statement begins after the one before, or after lines of comments. */
const statement = new RegExp(`(^|;)((?:\\s|--[^\\n]*\\n)*)(?:${create}|${remove})(?=\\s*(?:;|$))`, 'gi');

/** What a widget is for is to take a parameter; here the parameter is given, so that the statement has nothing left to do. */
export function withoutWidgets(text: string): NotebookWidgets {
  const defaults = new Map<string, string>();
  const without = text.replaceAll(
    statement,
    (whole: string, before: string, _lead: string, name: string | undefined, value: string | undefined) => {
      if (name !== undefined && value !== undefined) defaults.set(bare(name), unquoted(value));
      return before + whole.slice(before.length).replaceAll(/[^\n]/g, ' ');
    },
  );
  return { text: without, defaults };
}

function bare(name: string): string {
  return name.replaceAll(/^`|`$/g, '');
}

function unquoted(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'").replaceAll(/\\(.)/g, '$1');
}
