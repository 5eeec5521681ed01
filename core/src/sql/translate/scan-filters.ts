import type { ScanFilter } from '../contract.ts';
import type { Expression, Select, Source, SourceOf } from '../syntax/nodes.ts';
import { typeText } from '../types/spark-type.ts';

type Table = SourceOf<'table'>;

/**
 * For each table of a query the conditions on its columns that every row which matters must fulfil, as far as they compare a column with
 * constants: where a file's values rule one out, the file need not be read. What is not understood is no condition.
 */
export function scanFilters(query: object): ReadonlyMap<Table, readonly ScanFilter[]> {
  const found = new Map<Table, readonly ScanFilter[]>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isSelect(value)) addFilters(value, found);
    const parts: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value);
    for (const part of parts) visit(part);
  };
  visit(query);
  return found;
}

function isSelect(value: object): value is Select {
  return 'kind' in value && value.kind === 'select' && 'items' in value;
}

function addFilters(select: Select, found: Map<Table, readonly ScanFilter[]>): void {
  if (!select.from) return;
  const seen = tables(select.from);
  const conditions = [...conjuncts(select.where), ...joinConditions(select.from)];
  for (const { table, outer } of seen) {
    const filters = conditions.flatMap(({ expression, within }) =>
      within && !within.has(table) ? [] : filtersOf(expression, table, seen.length === 1 && !outer, outer),
    );
    // A table that stands in two places of the tree is read for both.
    found.set(table, found.has(table) ? [] : filters);
  }
}

interface Condition {
  readonly expression: Expression;
  /** Only rows of these tables are held to it; absent: all rows of the SELECT. */
  readonly within?: ReadonlySet<Table>;
}

function conjuncts(expression: Expression | undefined): Condition[] {
  if (!expression) return [];
  if (expression.kind === 'binary' && expression.operator === 'AND')
    return [...conjuncts(expression.left), ...conjuncts(expression.right)];
  return [{ expression }];
}

/** ON holds for both sides of an inner join, and of the others for the side that only adds to the rows. */
function joinConditions(source: Source): Condition[] {
  if (source.kind === 'lateralView') return joinConditions(source.input);
  if (source.kind !== 'join') return [];
  const below = [...joinConditions(source.left), ...joinConditions(source.right)];
  const sides: Readonly<Partial<Record<typeof source.type, readonly Source[]>>> = {
    INNER: [source.left, source.right],
    LEFT: [source.right],
    'LEFT SEMI': [source.right],
    'LEFT ANTI': [source.right],
    RIGHT: [source.left],
  };
  const held = new Set((sides[source.type] ?? []).flatMap((side) => tables(side).map(({ table }) => table)));
  return [...below, ...conjuncts(source.on).map(({ expression }) => ({ expression, within: held }))];
}

/** Every table of a FROM clause; `outer`: an outer join or a lateral view stands above it, so that its columns may be NULL or another's. */
function tables(source: Source, outer = false): { readonly table: Table; readonly outer: boolean }[] {
  switch (source.kind) {
    case 'table':
      return source.alias.columns ? [] : [{ table: source, outer }];
    case 'join': {
      const inside = outer || !['INNER', 'CROSS'].includes(source.type);
      // A table beside something else is told from it by its name alone.
      return [...tables(source.left, inside), ...tables(source.right, inside), ...others(source)];
    }
    case 'lateralView':
      return tables(source.input, true);
    case 'tableFunction':
    case 'subquery':
    case 'values':
    case 'pivot':
    case 'unpivot':
      return [];
  }
}

/** Keeps `seen.length === 1` from being true where the other side of a join is no table. */
function others(source: SourceOf<'join'>): { readonly table: Table; readonly outer: boolean }[] {
  const sides = [source.left, source.right].filter(({ kind }) => kind !== 'table' && kind !== 'join');
  return sides.map(({ start, end }) => {
    const alias = { name: undefined, columns: undefined };
    return { table: { kind: 'table', parts: [], alias, stream: false, pin: undefined, start, end }, outer: true };
  });
}

const FLIPPED: Readonly<Record<string, ScanFilter['test']>> = {
  '=': '=',
  '==': '=',
  '<=>': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const TESTS: Readonly<Record<string, ScanFilter['test']>> = {
  '=': '=',
  '==': '=',
  '<=>': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** @param alone whether a name without a table can only be this table's. */
function filtersOf(node: Expression, table: Table, alone: boolean, outer: boolean): ScanFilter[] {
  const column = (expression: Expression): string | undefined => columnOf(expression, table, alone);
  if (node.kind === 'binary') {
    const straight = comparison(column(node.left), TESTS[node.operator], [node.right]);
    return straight.length > 0 ? straight : comparison(column(node.right), FLIPPED[node.operator], [node.left]);
  }
  if (node.kind === 'between' && !node.not) {
    const name = column(node.operand);
    return [...comparison(name, '>=', [node.low]), ...comparison(name, '<=', [node.high])];
  }
  if (node.kind === 'in' && !node.not) return comparison(column(node.operand), 'in', node.list);
  if (node.kind !== 'is' || node.test !== 'NULL') return [];
  const name = column(node.operand);
  // Behind an outer join a NULL need not be the table's own.
  if (name === undefined || (outer && !node.not)) return [];
  return [{ column: name, test: node.not ? 'isNotNull' : 'isNull', values: [] }];
}

function comparison(
  column: string | undefined,
  test: ScanFilter['test'] | undefined,
  operands: readonly Expression[],
): ScanFilter[] {
  if (column === undefined || test === undefined) return [];
  const values = operands.map(constant);
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? [{ column, test, values: known }] : [];
}

function constant(expression: Expression): ScanFilter['values'][number] | undefined {
  if (expression.kind === 'parameter' && expression.value !== undefined)
    return { typeText: 'string', text: expression.value };
  if (expression.kind !== 'literal' || expression.value === null) return undefined;
  return { typeText: typeText(expression.type), text: String(expression.value) };
}

function columnOf(expression: Expression, { alias, parts }: Table, alone: boolean): string | undefined {
  if (expression.kind !== 'column') return undefined;
  const [first, second, more] = expression.parts;
  if (!first) return undefined;
  if (!second) return alone ? first.text : undefined;
  const name = alias.name ?? parts.at(-1);
  return !more && name?.text.toLowerCase() === first.text.toLowerCase() ? second.text : undefined;
}
