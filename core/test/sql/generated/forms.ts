import { type Random, pick } from '../../random.ts';
import type { Kind } from './literals.ts';

/** Kinds that a form may take alike: one of them is chosen for a form, the same one wherever it names the group. */
const GROUPS = {
  integral: ['tinyint', 'smallint', 'int', 'bigint'],
  fractional: ['float', 'double'],
  number: ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'wide'],
  exact: ['tinyint', 'smallint', 'int', 'bigint', 'decimal', 'wide'],
  moment: ['date', 'timestamp', 'ntz'],
  plain: [
    ...(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'wide', 'string', 'binary'] as const),
    ...(['boolean', 'date', 'timestamp', 'ntz'] as const),
  ],
  ordered: [
    ...(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'wide', 'string', 'binary'] as const),
    ...(['boolean', 'date', 'timestamp', 'ntz', 'ints', 'texts', 'nested', 'struct', 'months', 'span'] as const),
  ],
  any: [
    ...(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'wide', 'string', 'binary'] as const),
    ...(['boolean', 'date', 'timestamp', 'ntz', 'ints', 'texts', 'nested', 'struct', 'map', 'months', 'span'] as const),
  ],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;
type Group = keyof typeof GROUPS;

/** A form of expression: `@` stands for the next argument. */
export interface Form {
  readonly gives: Kind | Group;
  readonly takes: readonly (Kind | Group)[];
  readonly text: string;
}

/** A form with its groups' kinds chosen. */
export interface ChosenForm {
  readonly gives: Kind;
  readonly takes: readonly Kind[];
  readonly text: string;
}

/** A form for each line, `gives | takes | text`. */
export function formsOf(table: string): readonly Form[] {
  return table
    .trim()
    .split(/\n+/)
    .map((line) => {
      const [, gives, takes = '', text] = /^(\S+) \|(.*?) \| (.*)$/.exec(line) ?? [];
      if (gives === undefined || text === undefined) throw new Error(`no form: ${line}`);
      return { gives: gives as Form['gives'], takes: takes.split(' ').filter(Boolean) as Form['takes'], text };
    });
}

export function canGive({ gives }: Form, kind: Kind): boolean {
  return gives in GROUPS ? (GROUPS[gives as Group] as readonly Kind[]).includes(kind) : gives === kind;
}

/** @param wanted what the form is to give, where it is one of a group. */
export function chosen(random: Random, { gives, takes, text }: Form, wanted?: Kind): ChosenForm {
  const kinds = new Map<string, Kind>();
  if (wanted !== undefined) kinds.set(gives, wanted);
  const of = (one: Kind | Group): Kind => {
    if (!(one in GROUPS)) return one as Kind;
    const kind = kinds.get(one) ?? pick<Kind>(random, GROUPS[one as Group]);
    kinds.set(one, kind);
    return kind;
  };
  return { gives: of(gives), takes: takes.map(of), text };
}
