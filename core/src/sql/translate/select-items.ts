import { withCarriedColumns } from './carried-columns.ts';
import type { Expression, ExpressionOf, SelectItem } from '../syntax/nodes.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { columnOfScope } from './columns.ts';
import { type Environment, refuse, report, type ScopeColumn } from './environment.ts';
import { carried } from '../types/column-notes.ts';
import { type HasOrigins, originsOf } from '../types/origins.ts';
import { starColumns } from './stars.ts';
import type { Generator, Typed } from './typed.ts';

export interface Item {
  readonly name: string;
  readonly typed: Typed;
  /** A column as it is, under its own name. */
  readonly own?: boolean;
  /** A column as it is, perhaps under another name. */
  readonly asItIs?: boolean;
  readonly owner?: readonly string[];
  /** As of `OutputColumn`. */
  readonly planned?: ReadonlySet<string>;
  /** A column of a generator's rows. */
  readonly generated?: boolean;
}

/**
 * The SELECT list with stars spelled out and generators moved into FROM; later items see the aliases of earlier ones.
 * @param asked all columns are asked for; else each has its constants.
 */
export function selectItems(
  environment: Environment,
  items: readonly SelectItem[],
  generators: string[],
  asked = true,
): Item[] {
  const result: Item[] = [];
  const aliases = new Map<string, Typed>();
  for (const item of items) {
    const { expression } = item;
    if (expression.kind === 'star') {
      const columns = starColumns(environment, expression);
      if (asked)
        for (const constant of columns.flatMap((one) => [...(one.planned ?? [])])) environment.planned?.add(constant);
      const replaced = replacements(environment, expression, columns);
      result.push(
        ...columns.map(
          (column) =>
            replaced.get(column) ?? {
              name: column.name,
              typed: { sql: column.sql, type: column.type, name: column.name, local: true, ...carried(column) },
              own: true,
              asItIs: true,
              owner: ownerOf(environment, column),
              ...(asked || !column.planned ? {} : { planned: column.planned }),
            },
        ),
      );
      continue;
    }
    const inner: Environment = {
      ...environment,
      scope: { ...environment.scope, aliases, lateralAliases: true },
      generators: true,
      ...(asked ? {} : { planned: environment.planned && new Set() }),
    };
    const typed = environment.translate(inner, expression);
    const planned = asked || !inner.planned?.size ? {} : { planned: inner.planned };
    if (typed.generator && typed.lateralAlias)
      report(
        environment,
        'sql.syntax',
        'A generator takes no alias of the same SELECT list.',
        item,
        'Use LATERAL VIEW.',
      );
    if (typed.generator) {
      result.push(...generatorItems(environment, item, { ...typed.generator, ...originsOf([typed]) }, generators));
      continue;
    }
    if (typed.aggregate && typed.outer && !typed.local)
      refuse(environment, 'An aggregate of a column of the query around this one', item);
    if (item.aliases) refuse(environment, 'AS (...) on what is no generator', item);
    const name = item.alias?.text ?? itemName(inner, expression, typed);
    if (item.alias && !typed.volatile) {
      const key = item.alias.text.toLowerCase();
      aliases.set(key, aliases.has(key) ? { ...typed, ambiguous: true } : typed);
    }
    const own = expression.kind === 'column' && !item.alias;
    const column = own ? columnOfScope(environment.scope, expression) : undefined;
    const owner = column?.sql === typed.sql ? ownerOf(environment, column) : [];
    result.push({ name, typed, own, owner, asItIs: expression.kind === 'column', ...planned });
  }
  return result;
}

function ownerOf({ scope }: Environment, column: ScopeColumn): readonly string[] {
  return scope.relations.find((relation) => relation.columns.includes(column))?.names ?? [];
}

/** `|> SET a = ...`: the columns that have another value in their place. */
function replacements(
  environment: Environment,
  star: ExpressionOf<'star'>,
  columns: readonly ScopeColumn[],
): Map<ScopeColumn, Item> {
  const found = new Map<ScopeColumn, Item>();
  for (const { name, expression } of star.replace ?? []) {
    const same = columns.filter((column) => column.name.toLowerCase() === name.text.toLowerCase());
    const [column, more] = same;
    const typed = environment.translate(environment, expression);
    if (column && !more) found.set(column, { name: column.name, typed });
    else if (more)
      report(
        environment,
        'sql.ambiguous-column',
        `Several columns are named ${name.text}.`,
        name,
        'Rename one of them.',
      );
    else if (!environment.scope.relations.some((relation) => relation.open))
      report(environment, 'sql.unresolved-column', `There is no column ${name.text} here.`, name, 'Correct the name.');
  }
  return found;
}

function itemName(environment: Environment, expression: Expression, typed: Typed): string {
  if (expression.kind === 'column') return expression.parts.at(-1)?.text ?? typed.name;
  if (expression.kind !== 'cast') return typed.name;
  // Spark names the cast of a plain column as the column; that of a column's field it does not.
  const { operand } = expression;
  const { name } = environment.translate({ ...environment, problems: [] }, operand);
  if (operand.kind === 'column') return operand.parts.at(-1)?.text === name ? name : typed.name;
  return operand.kind === 'path' ? name : typed.name;
}

function generatorItems(
  environment: Environment,
  item: SelectItem,
  generator: Generator & HasOrigins,
  generators: string[],
): Item[] {
  if (generators.length > 0) refuse(environment, 'More than one generator in a SELECT', item, 'Use LATERAL VIEW.');
  const names = item.aliases?.map(({ text }) => text) ?? (item.alias ? [item.alias.text] : undefined);
  if (names && generator.sql !== '' && names.length !== generator.columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `${names.length} names stand for ${generator.columns.length} columns.`,
      item,
      'Name each column: AS (key, value).',
    );
  const alias = `g${environment.nextId()}`;
  if (generator.sql === '')
    return [{ name: names?.[0] ?? 'col', typed: { sql: 'NULL', type: { kind: 'unknown' }, name: 'col' } }];
  generators.push(`(${withCarriedColumns(environment, generator.sql, environment.scope)}) AS ${alias}`);
  return generator.columns.map(({ name, type }, at) => ({
    name: names?.[at] ?? name,
    typed: { sql: `${alias}.${quoteName(name)}`, type, name: names?.[at] ?? name, ...originsOf([generator]) },
    generated: true,
  }));
}

export function aliasMap(items: readonly Item[]): Map<string, Typed> {
  const aliases = new Map<string, Typed>();
  for (const { name, typed, own } of items) {
    const key = name.toLowerCase();
    const known = aliases.get(key);
    // The same column twice is one column to Spark; two aliases are two.
    const another = known && !(own && known.sql === typed.sql);
    aliases.set(key, another ? { ...known, ambiguous: true } : (known ?? typed));
  }
  return aliases;
}
