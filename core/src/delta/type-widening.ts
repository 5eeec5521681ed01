import type { DeltaStruct, DeltaType } from './schema.ts';

/** Where a field's metadata keeps the types that it had (Delta protocol, "Type Widening"). */
export const typeChangesKey = 'delta.typeChanges';
export const typeWideningKey = 'delta.enableTypeWidening';

/** Digits that hold every value of a type of whole numbers. */
const DIGITS: Readonly<Record<string, number>> = { byte: 10, short: 10, integer: 10, long: 20 };
const WIDER: Readonly<Record<string, readonly string[]>> = {
  byte: ['short', 'integer', 'long', 'double'],
  short: ['integer', 'long', 'double'],
  integer: ['long', 'double'],
  float: ['double'],
  date: ['timestamp_ntz'],
};

/** Whether a column may go from one type to the other without its files being written anew: the changes that the protocol lists. */
export function isWider(from: DeltaType, to: DeltaType): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return false;
  if (WIDER[from]?.includes(to)) return true;
  const [wanted, given] = [decimal(to), decimal(from)];
  if (!wanted) return false;
  const digits = DIGITS[from];
  if (digits !== undefined) return wanted.precision - wanted.scale >= digits;
  if (!given) return false;
  return wanted.scale >= given.scale && wanted.precision - given.precision >= wanted.scale - given.scale;
}

function decimal(type: string): { precision: number; scale: number } | undefined {
  const match = /^decimal\((\d+),(\d+)\)$/.exec(type);
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : undefined;
}

/** Whether a type was ever changed in this schema, so that files may hold narrower values than it says. */
export function typeChangesIn(schema: DeltaStruct): boolean {
  const inside = (type: DeltaType): boolean => {
    if (typeof type === 'string') return false;
    switch (type.type) {
      case 'struct':
        return type.fields.some((field) => typeChangesKey in field.metadata || inside(field.type));
      case 'array':
        return inside(type.elementType);
      case 'map':
        return inside(type.keyType) || inside(type.valueType);
    }
  };
  return inside(schema);
}
