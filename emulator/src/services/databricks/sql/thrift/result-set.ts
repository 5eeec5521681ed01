import type { StatementResult } from '../../../../kit/executors.ts';
import { binary, bool, byte, double, i16, i32, i64, list, map, struct, text, type Typed } from './binary-protocol.ts';

type Column = StatementResult['columns'][number];
type Cells = readonly (string | null)[];

/** How a type is told (its TTypeId) and in which of TColumn's vectors its values go. */
interface Wire {
  readonly id: number;
  readonly vector: number;
  readonly absent: Typed;
  readonly value: (cell: string) => Typed;
}

const wire = (id: number, vector: number, absent: Typed, value: (cell: string) => Typed): Wire => ({
  id,
  vector,
  absent,
  value,
});
const asText = (id: number, value = (cell: string): string => cell): Wire =>
  wire(id, 7, text(''), (cell) => text(value(cell)));

const number = Number;
/** The statement API's `2024-01-01T00:00:00.000Z` as the Thrift protocol has it: without zone, T and zeros at the end. */
const moment = (cell: string): string =>
  cell
    .replace('T', ' ')
    .replace(/Z$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** By the first word of Spark's name of the type. Types that the protocol does not know are text. */
const wires: Readonly<Record<string, Wire>> = {
  boolean: wire(0, 1, bool(false), (cell) => bool(cell === 'true')),
  tinyint: wire(1, 2, byte(0), (cell) => byte(Number(cell))),
  smallint: wire(2, 3, i16(0), (cell) => i16(Number(cell))),
  int: wire(3, 4, i32(0), (cell) => i32(Number(cell))),
  bigint: wire(4, 5, i64(0n), (cell) => i64(BigInt(cell))),
  float: wire(5, 6, double(0), (cell) => double(number(cell))),
  double: wire(6, 6, double(0), (cell) => double(number(cell))),
  timestamp: asText(8, moment),
  timestamp_ntz: asText(8, moment),
  binary: wire(9, 8, binary(Buffer.alloc(0)), (cell) => binary(Buffer.from(cell, 'base64'))),
  array: asText(10),
  map: asText(11),
  struct: asText(12),
  decimal: asText(15),
  void: asText(16),
  date: asText(17),
};
const other = asText(7);

const wireOf = ({ typeText }: Column): Wire => wires[/^\w+/.exec(typeText.toLowerCase())?.[0] ?? ''] ?? other;

/** TTableSchema. */
export function tableSchema(columns: readonly Column[]): Typed {
  const describe = (column: Column, at: number): Typed => {
    const primitive = struct({ 1: i32(wireOf(column).id), 2: qualifiers(column) });
    const types = list([struct({ 1: primitive })], (one) => one);
    return struct({ 1: text(column.name), 2: struct({ 1: types }), 3: i32(at + 1) });
  };
  return struct({ 1: list([...columns.entries()], ([at, column]) => describe(column, at)) });
}

function qualifiers({ typeText }: Column): Typed | undefined {
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(typeText) ?? [];
  if (precision === undefined) return undefined;
  const value = (digits: string | undefined): Typed => struct({ 1: i32(Number(digits)) });
  return struct({ 1: map({ precision: value(precision), scale: value(scale) }) });
}

/** TRowSet, by columns. @param start the place of the first row among all. */
export function rowSet(columns: readonly Column[], rows: readonly Cells[], start: number): Typed {
  return struct({
    1: i64(BigInt(start)),
    2: list([], () => struct({})),
    3: list([...columns.entries()], ([at, column]) =>
      vectorOf(
        wireOf(column),
        rows.map((row) => row[at] ?? null),
      ),
    ),
  });
}

function vectorOf({ vector, absent, value }: Wire, cells: Cells): Typed {
  const nulls = Buffer.alloc(Math.ceil(cells.length / 8));
  cells.forEach((cell, at) => {
    if (cell === null) nulls.writeUInt8(nulls.readUInt8(at >> 3) | (1 << (at & 7)), at >> 3);
  });
  const values = list(cells, (cell) => (cell === null ? absent : value(cell)), absent);
  return struct({ [vector]: struct({ 1: values, 2: binary(nulls) }) });
}
