import type { DeltaField } from './schema.ts';
import { deltaToSpark, sparkToDelta } from './spark-types.ts';

/** Where Spark keeps the type of a column that is declared with CHAR(n) or VARCHAR(n) in it: the log itself says `string`. */
const KEY = '__CHAR_VARCHAR_TYPE_STRING';

/** A column's type as its table declares it: `char(5)`, `array<varchar(3)>`, else that of its values. */
export function declaredType(field: Pick<DeltaField, 'type' | 'metadata'>): string {
  return limitedType(field) ?? deltaToSpark(field.type);
}

/** The declared type, where it limits lengths. */
export function limitedType({ metadata }: Pick<DeltaField, 'metadata'>): string | undefined {
  const text = metadata[KEY];
  return typeof text === 'string' ? text : undefined;
}

/** What the schema says of a column that is declared with a type. @throws ExpectedError `delta.unsupported-type`. */
export function declaredField(typeText: string): Pick<DeltaField, 'type' | 'metadata'> {
  const limited = /\b(?:var)?char\s*\(/i.test(typeText);
  return { type: sparkToDelta(typeText), metadata: limited ? { [KEY]: typeText } : {} };
}
