import type { Name, Source } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { unify } from './coerce.ts';
import { orderable } from './orderable.ts';
import { type Environment, report, type ScopeColumn, type ScopeRelation } from './environment.ts';
import { carried, notesOf } from '../types/column-notes.ts';
import { paddedSides } from './char-padding.ts';
import { originsOf } from '../types/origins.ts';
import type { TranslatedSource } from './translated-source.ts';
import type { Typed } from './typed.ts';

export function joinSql(
  type: Extract<Source, { kind: 'join' }>['type'],
  left: string,
  right: string,
  on: string | undefined,
): string {
  if (type === 'CROSS' || (type === 'INNER' && on === undefined))
    return on === undefined ? `${left} CROSS JOIN ${right}` : `${left} JOIN ${right} ON ${on}`;
  const words = {
    INNER: 'JOIN',
    LEFT: 'LEFT JOIN',
    RIGHT: 'RIGHT JOIN',
    FULL: 'FULL JOIN',
    'LEFT SEMI': 'SEMI JOIN',
    'LEFT ANTI': 'ANTI JOIN',
  };
  return `${left} ${words[type]} ${right} ON ${on ?? 'true'}`;
}

export function naturalNames(left: TranslatedSource, right: TranslatedSource, span: Span): readonly Name[] {
  const open = [...left.relations, ...right.relations].some((relation) => relation.open);
  if (open) return [];
  // A column that an earlier USING or NATURAL merged stands for both of its sides.
  const visible = ({ merged, relations }: TranslatedSource): string[] =>
    [...merged, ...relations.flatMap(({ columns }) => columns)].filter(({ hidden }) => !hidden).map(({ name }) => name);
  const others = new Set(visible(right).map((name) => name.toLowerCase()));
  const common = visible(left).filter((name) => others.has(name.toLowerCase()));
  return common
    .filter((name, at) => common.findIndex((one) => one.toLowerCase() === name.toLowerCase()) === at)
    .map((text) => ({ text, start: span.start, end: span.end }));
}

/** USING and NATURAL: the named columns come once, first, from the side that has them. */
export function usingJoin(
  environment: Environment,
  source: Extract<Source, { kind: 'join' }>,
  left: TranslatedSource,
  right: TranslatedSource,
  names: readonly Name[],
): TranslatedSource {
  const tests: string[] = [];
  const merged: ScopeColumn[] = [];
  const joined = new Set<ScopeColumn>();
  const semi = source.type === 'LEFT SEMI' || source.type === 'LEFT ANTI';
  for (const name of names) {
    const pair = [left, right].map((side) => columnOf(environment, side, name));
    const [a, b] = pair;
    if (!a || !b) continue;
    joined.add(a).add(b);
    const typed = ({ sql, type, notes }: ScopeColumn): Typed => ({
      sql,
      type,
      name: name.text,
      strength: 'implicit',
      ...notesOf(notes ? { notes } : {}),
    });
    const { type, items } = unify(environment, [typed(a), typed(b)], [name, name]);
    const node = { kind: 'column', parts: [name], start: name.start, end: name.end } as const;
    const sides = paddedSides([typed(a), typed(b)], [node, node]);
    const { items: compared } = unify(environment, sides, [name, name], 'compared');
    const [x, y] = items;
    environment.trace?.condition(pair);
    tests.push(compared.map((item) => orderable(environment, item, 'Joining', name)).join(' = '));
    const sql =
      source.type === 'FULL' ? `coalesce(${x?.sql ?? ''}, ${y?.sql ?? ''})` : source.type === 'RIGHT' ? b.sql : a.sql;
    merged.push({
      name: a.name,
      type: source.type === 'FULL' ? type : source.type === 'RIGHT' ? b.type : a.type,
      sql,
      hidden: false,
      ...(source.type === 'FULL' ? originsOf(pair) : carried(source.type === 'RIGHT' ? b : a)),
    });
  }
  const hide = (relations: readonly ScopeRelation[]): ScopeRelation[] =>
    relations.map((relation) => ({
      ...relation,
      columns: relation.columns.map((column) => (joined.has(column) ? { ...column, hidden: true } : column)),
    }));
  const sql = joinSql(source.type, left.sql, right.sql, tests.length > 0 ? tests.join(' AND ') : undefined);
  if (semi) return { sql, relations: left.relations, merged: left.merged };
  return {
    sql,
    relations: [...hide(left.relations), ...hide(right.relations)],
    merged: [
      ...merged,
      ...left.merged.filter((column) => !joined.has(column)),
      ...right.merged.filter((column) => !joined.has(column)),
    ],
  };
}

function columnOf(environment: Environment, side: TranslatedSource, name: Name): ScopeColumn | undefined {
  const same = (column: ScopeColumn): boolean => column.name.toLowerCase() === name.text.toLowerCase();
  // Of several Spark takes the first that a star would show; the others stay.
  const visible = [...side.merged, ...side.relations.flatMap(({ columns }) => columns)].filter(({ hidden }) => !hidden);
  const found = visible.find(same);
  if (found) return found;
  if (!side.relations.some((relation) => relation.open))
    report(
      environment,
      'sql.unresolved-column',
      `${quoteName(name.text)} is not one column of each side.`,
      name,
      'Correct the column, or use ON.',
    );
  return undefined;
}
