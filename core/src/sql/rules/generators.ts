import { mismatch } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import type { Generator, Typed } from '../translate/typed.ts';
import { INT, isUnknown, type SparkType, UNKNOWN } from '../types/spark-type.ts';
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
  const counted = (list: string): string =>
    `generate_series(0, ${outer ? `greatest(len(${list}), 1)` : `len(${list})`} - 1)`;
  const at = outer
    ? `CASE WHEN coalesce(len(${arg.type.kind === 'map' ? `map_keys(${arg.sql})` : arg.sql}), 0) = 0 THEN NULL ELSE p END`
    : 'p';
  const positionSql = positions ? `CAST(${at} AS INTEGER) AS "pos", ` : '';
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
    if (outer) return refuse(call.environment, 'inline_outer', call.node);
    const source = `SELECT unnest(${arg.sql}) AS v`;
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

export const GENERATOR_FUNCTIONS: FunctionTable = {
  explode: explode(false, false),
  explode_outer: explode(true, false),
  posexplode: explode(false, true),
  posexplode_outer: explode(true, true),
  inline: inline(false),
};
