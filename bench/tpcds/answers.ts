/** What an engine said to a query. */
export type Answer =
  | {
      readonly seconds: number;
      /** Spark's type texts. */
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number | boolean | null)[])[];
    }
  | { readonly seconds: number; readonly error: string };

/**
 * How two answers differ; undefined where they are the same: the same types, and the same rows in any order. Doubles may differ in their
 * last digits: neither engine promises the order in which it adds them up.
 */
export function difference(ours: Answer, theirs: Answer): string | undefined {
  if ('error' in ours || 'error' in theirs)
    return 'error' in ours && 'error' in theirs ? undefined : `here: ${shown(ours)}; Spark: ${shown(theirs)}`;
  if (ours.columns.join() !== theirs.columns.join())
    return `types here ${ours.columns.join(', ')}; Spark ${theirs.columns.join(', ')}`;
  if (ours.rows.length !== theirs.rows.length) return `${ours.rows.length} rows here; Spark ${theirs.rows.length}`;
  const [left, right] = [lines(ours), lines(theirs)];
  const at = left.findIndex((line, index) => line !== right[index]);
  return at < 0 ? undefined : `here ${left[at] ?? ''}; Spark ${right[at] ?? ''}`;
}

function shown(answer: Answer): string {
  return 'error' in answer ? answer.error : `${answer.rows.length} rows`;
}

/** Rows as sorted lines, numbers that are no exact ones with nine digits. */
function lines({ columns, rows }: Extract<Answer, { rows: unknown }>): string[] {
  const cell = (value: string | number | boolean | null, at: number): string | number | boolean | null => {
    const type = columns[at];
    return (type === 'double' || type === 'float') && value !== null ? Number(value).toPrecision(9) : value;
  };
  return rows.map((row) => JSON.stringify(row.map((value, at) => String(cell(value, at))))).sort();
}
