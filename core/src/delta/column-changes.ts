import type { DeltaField, DeltaStruct, DeltaType } from './schema.ts';
import { isWider, typeChangesKey } from './type-widening.ts';

/** A field of a schema by its path, and the schema with another one, or none, in its place. */
export interface FoundField {
  /** The names as the schema spells them. */
  readonly path: readonly string[];
  readonly field: DeltaField;
  /** The fields beside it, itself among them. */
  readonly siblings: readonly DeltaField[];
  replaced(by: readonly DeltaField[]): DeltaStruct;
}

/** Finds a column, or a field of a struct in it, by its names in any case. Undefined where there is none. */
export function findField(schema: DeltaStruct, path: readonly string[]): FoundField | undefined {
  const [name, ...rest] = path;
  const field = name === undefined ? undefined : schema.fields.find((one) => same(one.name, name));
  if (!field) return undefined;
  const put = (by: readonly DeltaField[]): DeltaStruct => ({
    ...schema,
    fields: schema.fields.flatMap((one) => (one === field ? by : [one])),
  });
  if (rest.length === 0) return { path: [field.name], field, siblings: schema.fields, replaced: put };
  if (typeof field.type === 'string' || field.type.type !== 'struct') return undefined;
  const found = findField(field.type, rest);
  return (
    found && {
      ...found,
      path: [field.name, ...found.path],
      replaced: (by) => put([{ ...field, type: found.replaced(by) }]),
    }
  );
}

/**
 * The schema with a wider type for a column, a field of a struct, or the `element`, `key` or `value` of a list or map in one; the types
 * that it had are noted where Delta notes them. Undefined where there is no such column; `refused` where its type cannot become the other.
 */
export function widened(
  schema: DeltaStruct,
  path: readonly string[],
  to: DeltaType,
): { readonly schema: DeltaStruct } | { readonly refused: DeltaType } | undefined {
  // The longest part of the path that names a field; what is left leads into its lists and maps.
  for (let length = path.length; length > 0; length -= 1) {
    const found = findField(schema, path.slice(0, length));
    if (!found) continue;
    const inside = path.slice(length).map((name) => name.toLowerCase());
    return widenIn(found, inside, to, path.slice(length));
  }
  return undefined;
}

function widenIn(
  found: FoundField,
  inside: readonly string[],
  to: DeltaType,
  names: readonly string[],
): ReturnType<typeof widened> {
  const { field } = found;
  const from = typeAt(field.type, inside);
  if (from === undefined) return intoStruct(found, inside, names, to);
  if (typeof from === 'string' && from === to) return { schema: found.replaced([field]) };
  if (!isWider(from, to)) return { refused: from };
  const before = field.metadata[typeChangesKey];
  const change = { fromType: from, toType: to, ...(inside.length > 0 ? { fieldPath: inside.join('.') } : {}) };
  const changes = [...(Array.isArray(before) ? (before as unknown[]) : []), change];
  const metadata = { ...field.metadata, [typeChangesKey]: changes };
  return { schema: found.replaced([{ ...field, type: withTypeAt(field.type, inside, to), metadata }]) };
}

/** A struct inside a list or a map has fields of its own, which note their changes themselves. */
function intoStruct(
  found: FoundField,
  inside: readonly string[],
  names: readonly string[],
  to: DeltaType,
): ReturnType<typeof widened> {
  for (let length = inside.length - 1; length > 0; length -= 1) {
    const struct = typeAt(found.field.type, inside.slice(0, length));
    if (typeof struct !== 'object' || struct.type !== 'struct') continue;
    const inner = widened(struct, names.slice(length), to);
    if (!inner || 'refused' in inner) return inner;
    const type = withTypeAt(found.field.type, inside.slice(0, length), inner.schema);
    return { schema: found.replaced([{ ...found.field, type }]) };
  }
  return undefined;
}

function typeAt(type: DeltaType, [step, ...rest]: readonly string[]): DeltaType | undefined {
  if (step === undefined) return type;
  if (typeof type === 'string') return undefined;
  if (type.type === 'array' && step === 'element') return typeAt(type.elementType, rest);
  if (type.type === 'map' && step === 'key') return typeAt(type.keyType, rest);
  if (type.type === 'map' && step === 'value') return typeAt(type.valueType, rest);
  return undefined;
}

function withTypeAt(type: DeltaType, [step, ...rest]: readonly string[], to: DeltaType): DeltaType {
  if (step === undefined || typeof type === 'string') return to;
  if (type.type === 'array') return { ...type, elementType: withTypeAt(type.elementType, rest, to) };
  if (type.type !== 'map') return to;
  return step === 'key'
    ? { ...type, keyType: withTypeAt(type.keyType, rest, to) }
    : { ...type, valueType: withTypeAt(type.valueType, rest, to) };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
