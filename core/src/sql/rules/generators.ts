import { mismatch } from '../translate/coerce.ts';
import { refuse, report } from '../translate/environment.ts';
import type { Generator, Typed } from '../translate/typed.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { INT, isIntegral, isUnknown, sameType, type SparkType, typeText, UNKNOWN } from '../types/spark-type.ts';
import {
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

function explode(outer: boolean, positions: boolean): FunctionRule {
  return custom([1, 1], (call) => {
    const [arg] = call.args;
    if (!arg || isUnknown(arg.type))
      return { sql: 'NULL', type: UNKNOWN, name: 'col', generator: { sql: '', columns: [] } };
    if (arg.aggregate)
      return refuse(call.environment, `${call.name} of an aggregate`, call.node, 'Aggregate in a subquery first.');
    const generator = generatorOf(call, arg, outer, positions);
    return generator
      ? {
          sql: 'NULL',
          type: generator.columns[0]?.type ?? UNKNOWN,
          name: generator.columns[0]?.name ?? 'col',
          generator,
        }
      : { sql: 'NULL', type: UNKNOWN };
  });
}

function generatorOf(call: FunctionCall, arg: Typed, outer: boolean, positions: boolean): Generator | undefined {
  const id = call.environment.nextId();
  const position = { name: 'pos', type: INT };
  const rows = (list: string): string =>
    outer ? `CASE WHEN ${list} IS NULL OR len(${list}) = 0 THEN [NULL] ELSE ${list} END` : list;
  // What names the argument stands in the same SELECT as the argument: one level further in, DuckDB does not find its columns.
  const counted = (list: string): string => {
    const places = `generate_series(0, len(${list}) - 1)`;
    return outer ? `CASE WHEN ${list} IS NULL OR len(${list}) = 0 THEN [NULL] ELSE ${places} END` : places;
  };
  const positionSql = positions ? 'CAST(p AS INTEGER) AS "pos", ' : '';
  if (arg.type.kind === 'map') {
    const keys = `map_keys(${arg.sql})`;
    const values = `map_values(${arg.sql})`;
    const source = `SELECT unnest(${rows(keys)}) AS k, unnest(${rows(values)}) AS v, unnest(${counted(keys)}) AS p`;
    const columns = [
      { name: 'key', type: arg.type.key },
      { name: 'value', type: arg.type.value },
    ];
    return {
      sql: `SELECT ${positionSql}k AS "key", v AS "value" FROM (${source}) AS g${id}`,
      columns: positions ? [position, ...columns] : columns,
    };
  }
  if (arg.type.kind !== 'array') {
    mismatch(call.environment, arg, 'array or map', argumentSpan(call, 0));
    return undefined;
  }
  const source = `SELECT unnest(${rows(arg.sql)}) AS v${positions ? `, unnest(${counted(arg.sql)}) AS p` : ''}`;
  const column = { name: 'col', type: arg.type.element };
  return {
    sql: `SELECT ${positionSql}v AS "col" FROM (${source}) AS g${id}`,
    columns: positions ? [position, column] : [column],
  };
}

/** Rows of structs as columns. */
function inline(outer: boolean): FunctionRule {
  return custom([1, 1], (call): Translated => {
    const [arg] = call.args;
    if (!arg || isUnknown(arg.type)) return { sql: 'NULL', type: UNKNOWN, generator: { sql: '', columns: [] } };
    const element: SparkType | undefined = arg.type.kind === 'array' ? arg.type.element : undefined;
    if (element?.kind !== 'struct') return mismatch(call.environment, arg, 'array<struct>', argumentSpan(call, 0));
    const list = outer
      ? `CASE WHEN ${arg.sql} IS NULL OR len(${arg.sql}) = 0 THEN [NULL] ELSE ${arg.sql} END`
      : arg.sql;
    const source = `SELECT unnest(${list}) AS v`;
    const columns = element.fields.map(
      (field) => `struct_extract(v, '${field.name.replaceAll("'", "''")}') AS "${field.name.replaceAll('"', '""')}"`,
    );
    const generator = {
      sql: `SELECT ${columns.join(', ')} FROM (${source}) AS g${call.environment.nextId()}`,
      columns: element.fields,
    };
    return { sql: 'NULL', type: element.fields[0]?.type ?? UNKNOWN, generator };
  });
}

/** `stack(n, a, b, ...)`: the values in n rows. */
const stack = custom([2, 1024], (call): Translated => {
  const [count, ...values] = call.args;
  const rows = typeof count?.literal === 'string' && isIntegral(count.type) ? Number(count.literal) : 0;
  if (values.some(({ type }) => isUnknown(type)))
    return { sql: 'NULL', type: UNKNOWN, generator: { sql: '', columns: [] } };
  if (rows < 1)
    return report(
      call.environment,
      'sql.type-mismatch',
      'stack takes a number of rows.',
      argumentSpan(call, 0),
      'Write it.',
    );
  const width = Math.ceil(values.length / rows);
  const columns = Array.from({ length: width }, (_, at) => {
    const cells = Array.from({ length: rows }, (__, line) => values[line * width + at]);
    const types = cells.flatMap((cell) => (cell && cell.type.kind !== 'void' ? [cell.type] : []));
    const type: SparkType = types[0] ?? { kind: 'void' };
    const odd = types.find((one) => !sameType(one, type));
    if (odd) mismatch(call.environment, { sql: '', type: odd, name: '' }, typeText(type), call.node);
    return { name: `col${at}`, type, cells };
  });
  const lines = Array.from({ length: rows }, (_, line) => {
    const cells = columns.map(
      ({ name, type, cells: own }) => `${name} := CAST(${own[line]?.sql ?? 'NULL'} AS ${toDuckdbType(type)})`,
    );
    return `struct_pack(${cells.join(', ')})`;
  });
  const list = columns.map(({ name }) => `struct_extract(v, '${name}') AS "${name}"`).join(', ');
  const source = `SELECT unnest([${lines.join(', ')}]) AS v`;
  const generator = {
    sql: `SELECT ${list} FROM (${source}) AS g${call.environment.nextId()}`,
    columns: columns.map(({ name, type }) => ({ name, type })),
  };
  return { sql: 'NULL', type: columns[0]?.type ?? UNKNOWN, generator };
});

export const GENERATOR_FUNCTIONS: FunctionTable = {
  explode: explode(false, false),
  explode_outer: explode(true, false),
  posexplode: explode(false, true),
  posexplode_outer: explode(true, true),
  inline: inline(false),
  inline_outer: inline(true),
  stack,
};
