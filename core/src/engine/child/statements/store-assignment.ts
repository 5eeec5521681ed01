import type { DeltaType } from '../../../delta/schema.ts';

const numbers = new Set(['byte', 'short', 'integer', 'long', 'float', 'double']);
const times = new Set(['date', 'timestamp', 'timestamp_ntz']);

/**
 * May a value of one type be inserted into a column of another? Spark's ANSI store assignment policy: among numbers (overflow is an
 * error at run time), among dates and timestamps, and anything simple into a string; never from a string.
 */
export function canStore(from: DeltaType, to: DeltaType): boolean {
  if (from === 'void') return true;
  if (typeof from === 'string' && typeof to === 'string') return from === to || canStorePrimitive(from, to);
  if (typeof from === 'string' || typeof to === 'string') return false;
  switch (to.type) {
    case 'array':
      return from.type === 'array' && canStore(from.elementType, to.elementType);
    case 'map':
      return from.type === 'map' && canStore(from.keyType, to.keyType) && canStore(from.valueType, to.valueType);
    case 'struct':
      return (
        from.type === 'struct' &&
        from.fields.length === to.fields.length &&
        from.fields.every((field, index) => canStore(field.type, to.fields[index]?.type ?? 'void'))
      );
  }
}

function canStorePrimitive(from: string, to: string): boolean {
  if (isNumber(from) && isNumber(to)) return true;
  if (times.has(from) && times.has(to)) return true;
  return to === 'string' && from !== 'binary';
}

function isNumber(type: string): boolean {
  return numbers.has(type) || type.startsWith('decimal(');
}
