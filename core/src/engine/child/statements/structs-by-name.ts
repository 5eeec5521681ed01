import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaStruct, DeltaType } from '../../../delta/schema.ts';

/** A value with the fields of its structs in another order, and the type that it then has. */
export interface Reordered {
  readonly sql: string;
  readonly type: DeltaType;
}

/** What becomes of a field that the value lacks: schema evolution has it NULL. */
export type Lacking = 'refused' | 'null';

/**
 * The value with the fields of its structs, wherever they are nested, in the order and under the names that the target's have. UPDATE
 * and MERGE match them by name (`spark.databricks.delta.resolveMergeUpdateStructsByName.enabled`), INSERT by position. Undefined where
 * the value has a field that the target lacks, or lacks one that is not to be NULL then.
 */
export function structsByName(
  sql: string,
  from: DeltaType,
  to: DeltaType,
  lacking: Lacking = 'refused',
  depth = 0,
): Reordered | undefined {
  if (typeof from === 'string' || typeof to === 'string') return { sql, type: from };
  const variable = `v${depth}`;
  if (from.type === 'struct' && to.type === 'struct') return reordered(sql, from, to, lacking, depth);
  if (from.type === 'array' && to.type === 'array') {
    const inner = structsByName(variable, from.elementType, to.elementType, lacking, depth + 1);
    if (!inner) return undefined;
    const changed = inner.sql === variable ? sql : `list_transform(${sql}, lambda ${variable}: ${inner.sql})`;
    return { sql: changed, type: { ...from, elementType: inner.type } };
  }
  if (from.type === 'map' && to.type === 'map') {
    const key = structsByName(`${variable}.key`, from.keyType, to.keyType, lacking, depth + 1);
    const value = structsByName(`${variable}.value`, from.valueType, to.valueType, lacking, depth + 1);
    if (!key || !value) return undefined;
    const same = key.sql === `${variable}.key` && value.sql === `${variable}.value`;
    const entry = `struct_pack(k := ${key.sql}, v := ${value.sql})`;
    const changed = same ? sql : `map_from_entries(list_transform(map_entries(${sql}), lambda ${variable}: ${entry}))`;
    return { sql: changed, type: { ...from, keyType: key.type, valueType: value.type } };
  }
  return { sql, type: from };
}

function reordered(
  sql: string,
  from: DeltaStruct,
  to: DeltaStruct,
  lacking: Lacking,
  depth: number,
): Reordered | undefined {
  const known = new Set(to.fields.map(({ name }) => name.toLowerCase()));
  if (!from.fields.every(({ name }) => known.has(name.toLowerCase()))) return undefined;
  let same = from.fields.length === to.fields.length;
  const fields = [];
  const parts: string[] = [];
  for (const [index, wanted] of to.fields.entries()) {
    const given = from.fields.find(({ name }) => name.toLowerCase() === wanted.name.toLowerCase());
    if (!given) {
      if (lacking === 'refused') return undefined;
      parts.push(`${quoteIdentifier(wanted.name)} := CAST(NULL AS ${deltaToDuckdb(wanted.type)})`);
      fields.push(wanted);
      continue;
    }
    const access = `${sql}.${quoteIdentifier(given.name)}`;
    const inner = structsByName(access, given.type, wanted.type, lacking, depth);
    if (!inner) return undefined;
    if (inner.sql !== access || from.fields[index] !== given) same = false;
    parts.push(`${quoteIdentifier(wanted.name)} := ${inner.sql}`);
    fields.push({ ...given, name: wanted.name, type: inner.type });
  }
  if (same) return { sql, type: from };
  return {
    sql: `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`,
    type: { type: 'struct', fields },
  };
}
