/** One statement of a golden file with what Spark said to it. */
export interface Block {
  readonly sql: string;
  /** `struct<name:type,...>`; `struct<>` for a statement without a result. */
  readonly schema: string;
  /** Rows, one a line, cells between tabs; or the text of an error. */
  readonly output: string;
  /** Spark raised an error. */
  readonly raises: boolean;
}

const PARTS = /^([\s\S]*?)\n-- !query schema\n([\s\S]*?)\n-- !query output\n?([\s\S]*)$/;
const ERROR = /^(?:org\.apache\.|java\.|scala\.|\{\s*"errorClass")/;

/** The blocks of a `.sql.out` file of Spark's SQLQueryTestSuite, in order. @throws Error where a block lacks a part. */
export function parseBlocks(text: string): Block[] {
  return text
    .split(/^-- !query\n/m)
    .slice(1)
    .map((block, at) => {
      const [, sql, schema, output] = PARTS.exec(block) ?? [];
      if (sql === undefined || schema === undefined || output === undefined)
        throw new Error(`block ${at + 1} has no schema or no output`);
      // Spark's suite takes white space at the end of an output off.
      const rows = output.replace(/\s+$/, '');
      return { sql, schema, output: rows, raises: ERROR.test(rows) || (schema === 'struct<>' && rows !== '') };
    });
}
