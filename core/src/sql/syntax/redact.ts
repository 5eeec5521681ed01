/** Options of `read_kafka` that sign in. Here the environment does that, so their values are never needed. */
const secretOption = /(`?)\bkafka\.(?:sasl|ssl)\.[\w.]+\1\s*=>\s*/gi;

/**
 * SQL without the secrets that its options hold, as a record or a catalog may keep it: the whole value of such an option, an expression
 * too, becomes `'[REDACTED]'`.
 */
export function redacted(sql: string): string {
  let result = '';
  let kept = 0;
  for (const { 0: option, index } of sql.matchAll(secretOption)) {
    const start = index + option.length;
    if (start <= kept) continue;
    result += `${sql.slice(kept, start)}'[REDACTED]'`;
    kept = valueEnd(sql, start);
  }
  return result + sql.slice(kept);
}

/** Where an argument ends: before the comma or the parenthesis that is not its own. */
function valueEnd(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at++) {
    const character = sql[at] ?? '';
    if (character === "'" || character === '"' || character === '`') at = quoteEnd(sql, at, character);
    else if (character === '(') depth += 1;
    else if ((character === ')' || character === ',') && depth === 0) return at;
    else if (character === ')') depth -= 1;
  }
  return sql.length;
}

function quoteEnd(sql: string, start: number, quote: string): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\') at += 1;
    else if (sql[at] === quote) return at;
  }
  return sql.length;
}
