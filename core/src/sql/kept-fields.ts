import type { FieldShape, StructFields } from './set-fields.ts';

/**
 * What `UPDATE SET *` under schema evolution sets of a column: the column, or, where its struct in the source lacks fields, those that are
 * there, by their paths; the row keeps the others.
 */
export function setOfColumn(
  column: string,
  target: StructFields,
  source: StructFields,
): readonly (readonly string[])[] {
  const key = column.toLowerCase();
  return setPaths([column], target.get(key), source.get(key));
}

function setPaths(
  path: readonly string[],
  target: readonly FieldShape[] | undefined,
  source: readonly FieldShape[] | undefined,
): readonly (readonly string[])[] {
  if (!target || !source || hasAll(target, source)) return [path];
  return target.flatMap(({ name, fields }) => {
    const given = fieldNamed(source, name);
    return given ? setPaths([...path, name], fields, given.fields) : [];
  });
}

function hasAll(target: readonly FieldShape[], source: readonly FieldShape[]): boolean {
  return target.every(({ name, fields }) => {
    const given = fieldNamed(source, name);
    return given !== undefined && (!fields || !given.fields || hasAll(fields, given.fields));
  });
}

function fieldNamed(fields: readonly FieldShape[], name: string): FieldShape | undefined {
  return fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}
