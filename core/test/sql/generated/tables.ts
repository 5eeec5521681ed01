import { type Random, whole } from '../../random.ts';
import { columnsOf } from './expressions.ts';
import { COLUMN_KINDS, type Kind, literal, TYPES } from './literals.ts';

export interface Table {
  readonly name: string;
  readonly query: string;
}

/** `t1` and `t2`, with a column of every kind that a table has, NULLs in some rows. */
export function tables(random: Random): readonly Table[] {
  return ['t1', 't2'].map((name) => {
    const row = (): string =>
      `(${[whole(random, 1, 5), ...COLUMN_KINDS.map((kind) => cell(random, kind))].join(', ')})`;
    const rows = Array.from({ length: whole(random, 4, 8) }, row);
    const names = ['id', ...columnsOf(name === 't1' ? 'a' : 'b').map((column) => column.name)];
    const query = `SELECT * FROM VALUES ${[typedRow(random), ...rows].join(', ')} AS t(${names.join(', ')})`;
    return { name, query };
  });
}

/** The first row has no NULL, so that each column has its type. */
function typedRow(random: Random): string {
  return `(1, ${COLUMN_KINDS.map((kind) => stored(kind, literal(random, kind))).join(', ')})`;
}

function cell(random: Random, kind: Kind): string {
  return random() < 0.15 ? 'NULL' : stored(kind, literal(random, kind));
}

function stored(kind: Kind, text: string): string {
  return kind === 'decimal' ? `CAST(${text} AS ${TYPES.decimal})` : text;
}
