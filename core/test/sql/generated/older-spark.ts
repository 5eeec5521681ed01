interface Change {
  readonly sql: RegExp;
  /** In the statement's tables or in itself. */
  readonly values?: RegExp;
  /** In what Spark 4.0 answers: the condition that it raises. */
  readonly raises?: RegExp;
  /** What Spark 4.0 computes, as an expression of 4.1: the answer is put down to the change where the statement with it has that answer. */
  readonly older?: { readonly name: string; readonly as: (args: readonly string[]) => string };
  readonly why: string;
}

/** `StrictMath.log`: ln of what is not positive is NULL. */
function javaLog(x: string): string {
  return `coalesce(ln(${x}), CASE WHEN ${x} = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN ${x} < 0 THEN CAST('NaN' AS DOUBLE) END)`;
}

/** Spark 4.0 judges here, and the dialect follows 4.1: what is known to have changed between them, each asked of Spark 4.1.4. */
const CHANGES: readonly Change[] = [
  {
    sql: /\bacosh\(/,
    older: {
      name: 'acosh',
      as: ([x = '']) => javaLog(`CAST(${x} AS DOUBLE) + sqrt(CAST(${x} AS DOUBLE) * CAST(${x} AS DOUBLE) - 1.0D)`),
    },
    why: 'acosh of a negative or very large number is -Infinity or Infinity in 4.0',
  },
  {
    sql: /\basinh\(/,
    older: {
      name: 'asinh',
      as: ([x = '']) => javaLog(`CAST(${x} AS DOUBLE) + sqrt(CAST(${x} AS DOUBLE) * CAST(${x} AS DOUBLE) + 1.0D)`),
    },
    why: 'asinh of a very large number is Infinity in 4.0',
  },
  { sql: /\bi?like\b/i, values: /\p{Extended_Pictographic}/u, why: 'LIKE takes a surrogate pair apart in 4.0' },
  {
    sql: /\bsubstr(?:ing)?\((?:.*\b(?:[ab]_binary|binary\(|unhex|to_binary|try_to_binary|encode|AS BINARY)|.*\bX')/i,
    values: /-2147483648/,
    why: 'substring of bytes from the least place on overflows in 4.0',
  },
  {
    sql: /\bnullif\(NULL, INTERVAL/,
    raises: /BINARY_OP_DIFF_TYPES/,
    why: 'nullif of NULL has the type of NULL in 4.0, which no moment is added to',
  },
  ...['to_number', 'try_to_number'].map((name) => ({
    sql: new RegExp(`\\b${name}\\(`),
    values: /''/,
    older: {
      name,
      as: ([text = '', format = '']: readonly string[]) => `${name}(if(${text} = '', '0', ${text}), ${format})`,
    },
    why: 'to_number of an empty text is 0 in 4.0',
  })),
  { sql: /\+ NULL\b|\bNULL \+/, raises: /BINARY_OP_DIFF_TYPES/, why: 'no NULL is added to a moment in 4.0' },
  {
    sql: /\bget\(.*(?:\d(?:D|F|BD)\b|_(?:decimal|wide|double|float)|DECIMAL|DOUBLE|FLOAT)/,
    raises: /DATATYPE_MISMATCH\.UNEXPECTED_INPUT_TYPE$/,
    why: 'get takes no fraction for a place in 4.0',
  },
  { sql: /\bmode\(.*(?:_binary|X')/, why: 'mode counts equal bytes apart in 4.0' },
  {
    sql: /\bschema_of_csv\(/,
    raises: /\norg\.apache\.spark\.SparkException$/,
    why: 'a concatenation with schema_of_csv is not evaluated in 4.0',
  },
];

/** What may have changed since Spark 4.0 answered; `sql`: the statement that gives the same answer in 4.1, where it is known. */
export interface Changed {
  readonly why: string;
  readonly sql?: string;
}

/** Why an answer of Spark 4.0 may not judge; empty where it does. */
export function changedSince(sql: string, tables: string, output: string): readonly Changed[] {
  return CHANGES.filter(
    (one) =>
      one.sql.test(sql) && (one.values?.test(tables + sql) ?? true) && (one.raises?.test(output.trimEnd()) ?? true),
  ).map(({ why, older }) => ({ why, ...(older ? { sql: replaced(sql, older.name, older.as) } : {}) }));
}

/** A statement with another expression in the place of each call of a function. */
function replaced(sql: string, name: string, as: (args: readonly string[]) => string): string {
  const found = new RegExp(`\\b${name}\\(`).exec(sql);
  if (!found) return sql;
  const start = found.index + found[0].length;
  const { args, end } = argumentsAt(sql, start);
  const inner = args.map((arg) => replaced(arg.trim(), name, as));
  return `${sql.slice(0, found.index)}(${as(inner)})${replaced(sql.slice(end), name, as)}`;
}

/** The arguments of a call, and where what stands after it begins. */
function argumentsAt(sql: string, start: number): { readonly args: readonly string[]; readonly end: number } {
  const args: string[] = [];
  let depth = 0;
  let from = start;
  for (const { 0: token, index } of sql.slice(start).matchAll(/'(?:[^'\\]|\\.)*'|[()[\],]/g)) {
    const at = start + index;
    if (token === '(' || token === '[') depth += 1;
    if (token === ',' && depth === 0) {
      args.push(sql.slice(from, at));
      from = at + 1;
    }
    if (token !== ')' && token !== ']') continue;
    if (depth === 0) return { args: [...args, sql.slice(from, at)], end: at + 1 };
    depth -= 1;
  }
  throw new Error(`a call without its end: ${sql.slice(start)}`);
}
