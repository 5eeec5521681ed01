import type { Cell, ResultColumn } from '@medallion/core/engine/contract.ts';

/** A cell as the SQL Statement Execution API's format JSON_ARRAY has it: text or null. Instants are shown in UTC. */
export function jsonArrayCell(cell: Cell, { typeText }: ResultColumn): string | null {
  if (cell === null) return null;
  switch (typeText) {
    case 'timestamp':
      return `${isoTime(String(cell))}Z`;
    case 'timestamp_ntz':
      return isoTime(String(cell));
    case 'double':
    case 'float':
      return floatText(cell);
    default:
      return String(cell);
  }
}

/** `2025-01-02 10:00:00` as `2025-01-02T10:00:00.000`; microseconds stay where there are any. */
function isoTime(text: string): string {
  const [date = '', time = ''] = text.split(' ');
  const [seconds = '', fraction = ''] = time.split('.');
  return `${date}T${seconds}.${fraction.padEnd(3, '0')}`;
}

/** As Java writes a number with a fraction: `1.0`, `1.0E10`. */
function floatText(cell: Exclude<Cell, null>): string {
  if (typeof cell !== 'number') return String(cell);
  const size = Math.abs(cell);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', exponent = ''] = cell.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
  }
  return Number.isInteger(cell) ? `${Object.is(cell, -0) ? '-0' : cell}.0` : String(cell);
}
