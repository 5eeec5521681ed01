import { parse, parseNumberAndBigInt, stringify } from 'lossless-json';

/**
 * JSON whose integers beyond 2^53 survive: they become bigint, every other number stays a number. Databricks' ids are int64
 * and `JSON.parse` would round them.
 * @throws SyntaxError
 */
export function parseLossless(text: string): unknown {
  return parse(text, null, (digits) => {
    const exact = parseNumberAndBigInt(digits);
    return typeof exact === 'bigint' && isSafe(exact) ? Number(exact) : exact;
  });
}

/** The counterpart: bigint is written as digits. */
export function stringifyLossless(value: unknown, space?: number): string {
  const text = stringify(value, null, space);
  if (text === undefined) throw new TypeError('only what JSON can say can be sent');
  return text;
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
}
